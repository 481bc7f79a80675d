import type { HttpAnswer, HttpHandler } from '#drivers/http/http-server.ts';

/** How the controller is, at the moment of the question. */
export type Health = {
  /** Time since it last began to look at everything, in ms; undefined before the first time. */
  readonly lookedMsAgo: number | undefined;
  /** It has read everything that is stored, at least once and in the last look. */
  readonly isSynced: boolean;
  /** Why the state directory can not be written; undefined when it can. */
  readonly storageProblem: string | undefined;
};

/** Everything is looked at once a minute; twice missed is a loop that hangs. */
const LOOK_MAX_MS = 150_000;

/**
 * Answers `/healthz` (the loop is alive: restart the controller when it is not) and `/readyz` (it is in charge: it has read
 * what is stored, and can write). 200 or 503, with the reason as text. Nothing else is answered.
 */
export function answerHealth(look: () => Promise<Health>): HttpHandler {
  return {
    early({ method, path }) {
      if (path !== '/healthz' && path !== '/readyz') return { status: 404, text: 'there are /healthz and /readyz' };
      return method === 'GET' || method === 'HEAD' ? undefined : { status: 405, text: 'use GET' };
    },
    async answer({ path }) {
      const health = await look();
      return sayProblem(path === '/healthz' ? aliveProblem(health) : (aliveProblem(health) ?? readyProblem(health)));
    },
  };
}

function aliveProblem({ lookedMsAgo }: Health): string | undefined {
  if (lookedMsAgo === undefined) return 'the controller has not looked at anything yet';
  return lookedMsAgo > LOOK_MAX_MS ? 'the controller has not looked at everything for over two minutes' : undefined;
}

function readyProblem({ isSynced, storageProblem }: Health): string | undefined {
  if (!isSynced) return 'what is stored could not be read';
  return storageProblem === undefined ? undefined : `the state directory can not be written: ${storageProblem}`;
}

function sayProblem(problem: string | undefined): HttpAnswer {
  return problem === undefined ? { status: 200, text: 'ok' } : { status: 503, text: problem };
}
