import type { Reason } from '#api/reasons.ts';

import { doNow, settled, together, waitFor, type Decision } from '../plan.ts';
import { isAlive, markOf, ownPane, processOf, targetOf, type AgentCase } from './agent-case.ts';
import { clearLeftovers } from './leftovers.ts';
import { withoutProof } from './may-restart.ts';
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
  const held = isAlive(at) && !why.now ? (untilBetweenTurns(at, why) ?? untilAlone(at, waiting)) : undefined;
  if (held !== undefined) return held;
  const cause = { reason: why.reason, message: why.message, blast: 'stop session' } as const;
  return {
    ...doNow([{ type: 'StopSession', ...cause, target: targetOf(own), mark: markOf(at), process: processOf(at) }], 200),
    waiting,
  };
}

// One that hangs in mid-turn would never come between turns: it is ended when all its signals say so for long enough.
function untilBetweenTurns(at: AgentCase, { reason, message }: StopCause): Decision | undefined {
  if (isAtSafePoint(at)) return undefined;
  const wait = waitFor(reason, `${message}; waits until it is between turns`, { requeueAfterMs: LOOK_MS });
  const unproven = isStalled(at) ? withoutProof(at) : wait;
  return unproven === undefined ? undefined : together(wait, unproven);
}

function untilAlone(at: AgentCase, waiting: Decision['waiting']): Decision | undefined {
  const typing = somebodyTyping(at);
  return typing === undefined ? undefined : { ...typing, waiting: [...waiting, ...typing.waiting] };
}
