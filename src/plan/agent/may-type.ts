import { waitFor, type Decision } from '../plan.ts';
import { stateOf, type AgentCase } from './agent-case.ts';
import { somebodyTyping } from './somebody-typing.ts';
import { heldByLimit } from './usage-limit.ts';
import { wantedState } from './wanted.ts';

/** Why nothing may be typed into this agent now, whatever its input looks like; undefined when something may. Asked before every message. */
export function mayType(at: AgentCase): Decision | undefined {
  return stoppedByOrder(at) ?? heldByState(at) ?? heldByLimit(at) ?? somebodyTyping(at);
}

// Somebody whom ccci does not stop, because a person has started it, is left in peace all the same.
function stoppedByOrder(at: AgentCase): Decision | undefined {
  const wanted = wantedState(at);
  return wanted.state === 'Stopped' && wanted.reason === 'Stopped' ? waitFor('Stopped', wanted.message) : undefined;
}

/** Messages that a person or the controller sends to find out whether the agent can work again. */
const TRIES: readonly string[] = ['Ping', 'Nudge'];

// Without money or a login every message would be lost: taken, and answered with an error.
function heldByState(at: AgentCase): Decision | undefined {
  const state = stateOf(at);
  const isTried = at.seen.related.deliveries.some(({ spec }) => TRIES.includes(spec.cause.kind));
  if (state === undefined || state.spoofable === true || isTried) return undefined;
  if (state.cause === 'Billing') return waitFor('BillingProblem', 'waits until its provider takes requests again');
  return state.state === 'AuthRequired' ? waitFor('LoginNeeded', 'waits until its program is logged in') : undefined;
}
