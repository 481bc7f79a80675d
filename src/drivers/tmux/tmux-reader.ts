import { known, unknown, type Fact } from '#api/fact.ts';
import { createCapture } from './capture.ts';
import { notRead } from './not-read.ts';
import { CLIENT_FORMAT, parseClients } from './client-format.ts';
import { PANE_FORMAT, parsePanes } from './pane-format.ts';
import type { TmuxCall } from './tmux-call.ts';
import { isSessionName } from './tmux-text.ts';
import type { TmuxReader, TmuxView } from './tmux.ts';

/** Reads one tmux server. `view` calls that wait for their turn share one tmux call, and each sees the world after it was asked. */
export function createTmuxReader(call: TmuxCall): TmuxReader {
  return {
    view: sharedCalls(() => view(call)),
    capture: createCapture(call),
    isSessionName,
  };
}

/**
 * The server's pid is asked for in the same call, before the panes: a server without any session then still answers
 * positively ("no current target" comes from `list-panes` there).
 */
async function view(call: TmuxCall): Promise<Fact<TmuxView>> {
  const answer = await call([
    ['display-message', '-p', '#{pid}'],
    ['list-clients', '-F', CLIENT_FORMAT],
    ['list-panes', '-a', '-F', PANE_FORMAT],
  ]);
  const empty = answer.outcome === 'Refused' && answer.message === 'no current target';
  if (answer.outcome !== 'Done' && !empty) return notRead(answer);
  try {
    const lineEnd = answer.stdout.indexOf(0x0a);
    const serverPid = Number(answer.stdout.toString('utf8', 0, lineEnd));
    if (lineEnd < 1 || !Number.isInteger(serverPid)) {
      return unknown('TmuxUnreachable', 'tmux answered without the pid of its server');
    }
    const { clients, end } = parseClients(answer.stdout, lineEnd + 1);
    const panes = parsePanes(answer.stdout.subarray(end)).map((pane) => {
      const own = clients.get(pane.sessionId);
      return own === undefined ? pane : { ...pane, clients: own };
    });
    return known({ serverPid, panes });
  } catch (error) {
    return unknown('TmuxUnreachable', error instanceof Error ? error.message : String(error));
  }
}

/**
 * Shares a reading among the callers that ask while another is under way. They get the next one, never the one that
 * started before they asked: its answer could be older than the change they were told about.
 */
function sharedCalls<T>(read: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  const start = (): Promise<T> => {
    next = undefined;
    const started = read().finally(() => {
      if (current === started) current = undefined;
    });
    current = started;
    return started;
  };
  return () => {
    if (next !== undefined) return next;
    if (current === undefined) return start();
    next = current.then(start, start);
    return next;
  };
}
