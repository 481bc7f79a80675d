import type { Reason } from '#api/reasons.ts';

import type { Action } from '../action.ts';
import { doNow, settled, waitFor, type Decision } from '../plan.ts';
import { isAlive, ownPane, targetOf, type AgentCase } from './agent-case.ts';
import { isAtSafePoint } from './safe-point.ts';

const LOOK_MS = 1000;

/** Ends the session, at once or between turns; a stop counts when the processes are gone too. */
export function planStop(at: AgentCase, why: { reason: Reason; message: string; now: boolean }): Decision {
  const own = ownPane(at);
  if (own !== undefined) {
    if (isAlive(at) && !why.now && !isAtSafePoint(at)) {
      return waitFor(why.reason, `${why.message}; waits until it is between turns`, { requeueAfterMs: LOOK_MS });
    }
    const process =
      at.seen.process.state === 'known'
        ? { pid: at.seen.process.value.pid, startTime: at.seen.process.value.startTime }
        : undefined;
    const stop: Action = {
      type: 'StopSession',
      reason: why.reason,
      message: why.message,
      blast: 'stop session',
      target: targetOf(own),
      process,
    };
    return { ...doNow([stop], 200), waiting: [{ reason: why.reason, message: why.message }] };
  }
  const { leftovers } = at.seen;
  if (leftovers.state === 'known' && leftovers.value.length > 0) {
    const actions = leftovers.value.map(({ pid, startTime }): Action => {
      return {
        type: 'EndProcess',
        reason: 'LeftoverProcess',
        message: 'a process of its last session outlived it',
        blast: 'none',
        pid,
        startTime,
        signal: 'SIGTERM',
      };
    });
    return { actions, waiting: [{ reason: why.reason, message: why.message }], requeueAfterMs: 500 };
  }
  return { ...settled(), waiting: [{ reason: why.reason, message: why.message }] };
}
