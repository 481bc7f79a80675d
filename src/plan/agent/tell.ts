import { together, type Decision } from '../plan.ts';
import type { AgentCase } from './agent-case.ts';
import { deliver } from './deliver.ts';
import { tellPromptChange } from './prompt-change.ts';
import { wakeAfterWait } from './wake-after-wait.ts';
import { heldByLimit } from './usage-limit.ts';
import { wake } from './wake.ts';

/** Everything that a live agent is told: first what is due already, then what its waits, its files and its wakes give rise to. */
export function tell(at: AgentCase): Decision | undefined {
  const message = deliver(at);
  if (message !== undefined && message.actions.length > 0) return message;
  // What is held back anyway gives rise to nothing new.
  return heldByLimit(at) === undefined
    ? together(message, wakeAfterWait(at) ?? tellPromptChange(at) ?? wake(at))
    : message;
}
