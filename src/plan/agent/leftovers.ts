import { fromIso } from '#api/time.ts';

import type { Action } from '../action.ts';
import type { Decision, Waiting } from '../plan.ts';
import type { AgentCase } from './agent-case.ts';

/** A process that ignores SIGTERM this long gets SIGKILL. */
const TERM_GRACE_MS = 3000;

/** Ends live processes of earlier launches, politely first; undefined when there is none. Nothing is started beside them. */
export function endLeftovers(at: AgentCase): Decision | undefined {
  const alive = at.seen.leftovers.state === 'known' ? at.seen.leftovers.value : [];
  if (alive.length === 0) return undefined;
  const sinceMs = fromIso(at.agent.status?.['leftoverSince'] as string | undefined) ?? at.moment.wallMs;
  const signal = at.moment.wallMs - sinceMs > TERM_GRACE_MS ? 'SIGKILL' : 'SIGTERM';
  const why = {
    reason: 'LeftoverProcess',
    message: 'a process of its last session outlived it',
    blast: 'none',
  } as const;
  const actions = alive.map(({ pid, startTime }): Action => ({ type: 'EndProcess', ...why, pid, startTime, signal }));
  const message = 'waits until the processes of its last session are gone';
  const waiting: Waiting = { reason: 'LeftoverProcess', message };
  return { actions, waiting: [waiting], requeueAfterMs: 100 };
}
