import { parseDurationMs } from '#api/quantity.ts';
import type { AgentState } from '#backends/agent-state.ts';

import { isOurDraft, stateOf, type AgentCase } from './agent-case.ts';
import { declaredWait } from './wait-marker.ts';

/** Quiet this long on both signals counts as between turns for a program that shows no state of its own. */
export const SETTLED_MS = 10_000;

/** True when nothing is lost by ending the session now: the agent declared a wait, or it is idle and nothing moves. */
export function isAtSafePoint(at: AgentCase): boolean {
  const { activity } = at.seen;
  const state = stateOf(at);
  if (state === undefined || activity === undefined || isInTurn(state)) return false;
  if (state.box === 'Draft' && !isOurDraft(at)) return false;
  // A background task would be ended with the session; one that does nothing for long is not waited for.
  const { wedgedAfter } = at.agent.spec.liveness;
  if (state.cause === 'BackgroundWork' && activity.quietMs < parseDurationMs(wedgedAfter)) return false;
  // A marker whose time is over stands there although the agent may be at work again.
  if (declaredWait(at)?.isOver === false) return true;
  return activity.quietMs >= SETTLED_MS;
}

// A request for permission or a question belongs to a turn that goes on; what contradicts itself may.
function isInTurn({ state, dialog, contradiction }: AgentState): boolean {
  const isAsking = state === 'AwaitingInput' && (dialog === 'Permission' || dialog === 'Question');
  return isAsking || contradiction !== undefined || ['Busy', 'Compacting', 'Wedged'].includes(state);
}
