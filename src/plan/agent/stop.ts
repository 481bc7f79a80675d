import type { Reason } from '#api/reasons.ts';

import { doNow, settled, waitFor, type Decision } from '../plan.ts';
import { isAlive, markOf, ownPane, processOf, targetOf, type AgentCase } from './agent-case.ts';
import { clearLeftovers } from './leftovers.ts';
import { isAtSafePoint } from './safe-point.ts';
import { somebodyTyping } from './somebody-typing.ts';
import { isStalled } from './stall.ts';

const LOOK_MS = 1000;

/** Why a session is to end, and whether it may finish its turn first. */
export type StopCause = { readonly reason: Reason; readonly message: string; readonly now: boolean };

/** Ends the session, at once or between turns; a stop counts when the processes are gone too. */
export function planStop(at: AgentCase, why: StopCause): Decision {
  const waiting = [{ reason: why.reason, message: why.message }];
  const own = ownPane(at);
  // A dead pane has lost its terminal, not always its process: nothing is closed while that is not known.
  const left = isAlive(at) ? undefined : clearLeftovers(at);
  if (left !== undefined) return { ...left, waiting };
  if (own === undefined) return { ...settled(), waiting };
  // One that hangs in mid-turn would never come between turns: it is ended when both signals say so for long enough.
  if (isAlive(at) && !why.now && !isAtSafePoint(at) && !isStalled(at)) {
    return waitFor(why.reason, `${why.message}; waits until it is between turns`, { requeueAfterMs: LOOK_MS });
  }
  const typing = isAlive(at) && !why.now ? somebodyTyping(at) : undefined;
  if (typing !== undefined) return { ...typing, waiting: [...waiting, ...typing.waiting] };
  const cause = { reason: why.reason, message: why.message, blast: 'stop session' } as const;
  return {
    ...doNow([{ type: 'StopSession', ...cause, target: targetOf(own), mark: markOf(at), process: processOf(at) }], 200),
    waiting,
  };
}
