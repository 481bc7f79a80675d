import { isOurDraft, type AgentCase } from './agent-case.ts';
import { declaredWait } from './wait-marker.ts';

/** Quiet this long on both signals counts as between turns for a program that shows no state of its own. */
export const SETTLED_MS = 10_000;

/** True when nothing is lost by ending the session now: the agent declared a wait, or it is idle and nothing moves. */
export function isAtSafePoint(at: AgentCase): boolean {
  const { screenState, activity } = at.seen;
  if (screenState === undefined || activity === undefined) return false;
  if (screenState.state === 'Busy' || screenState.state === 'Compacting') return false;
  if (screenState.box === 'Draft' && !isOurDraft(at)) return false;
  // A marker whose time is over stands there although the agent may be at work again.
  if (declaredWait(at)?.isOver === false) return true;
  return activity.quietMs >= SETTLED_MS;
}
