import { waitFor, type Decision } from '../plan.ts';
import type { AgentCase } from './agent-case.ts';
import { wantedState } from './wanted.ts';

/** Why nothing may be typed into this agent now, whatever its input looks like; undefined when something may. Asked before every message. */
export function mayType(at: AgentCase): Decision | undefined {
  return stoppedByOrder(at);
}

// Somebody whom ccci does not stop, because a person has started it, is left in peace all the same.
function stoppedByOrder(at: AgentCase): Decision | undefined {
  const wanted = wantedState(at);
  return wanted.state === 'Stopped' && wanted.reason === 'Stopped' ? waitFor('Stopped', wanted.message) : undefined;
}
