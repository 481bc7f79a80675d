import { fromIso } from '#api/time.ts';

import type { Action } from '../action.ts';
import { doNow, waitFor, type Decision, type Waiting } from '../plan.ts';
import type { AgentCase } from './agent-case.ts';

/** A process that ignores SIGTERM this long gets SIGKILL. */
const TERM_GRACE_MS = 3000;

/**
 * Deals with everything that may be alive of earlier launches; undefined when there is nothing. A server without its
 * socket is asked for it before anything else, since its sessions go on unseen; what has no session is ended.
 */
export function clearLeftovers(at: AgentCase): Decision | undefined {
  const { leftovers, lostServer, tmux } = at.seen;
  const unread = [leftovers, lostServer].find(({ state }) => state === 'unknown');
  if (unread?.state === 'unknown') return waitFor('ProcessesUnknown', unread.message, { requeueAfterMs: 5000 });
  if (lostServer.state !== 'known') return endLeftovers(at);
  if (tmux.state !== 'absent') return outOfReach(lostServer.value);
  const message = 'the tmux server runs, but its socket is gone';
  const why = { reason: 'SocketVanished', message, blast: 'none' } as const;
  return doNow([{ type: 'RecoverSocket', ...why, serverPid: lostServer.value }], 500);
}

// A healthy agent is not ended because nobody can reach it: to get its server's socket back, the other server has to go.
function outOfReach(serverPid: number): Decision {
  const message = `it runs under tmux server ${String(serverPid)}, whose socket another tmux server has taken; end the one that is not wanted`;
  return waitFor('SocketVanished', message, { needsPerson: true, requeueAfterMs: 5000 });
}

// Politely first. Nothing is started beside them.
function endLeftovers(at: AgentCase): Decision | undefined {
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
