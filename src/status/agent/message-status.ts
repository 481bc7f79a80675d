import type { AgentStatus } from '#api/agent.ts';
import { deliver, dueDeliveries } from '#plan/agent/deliver.ts';

import { isoOf } from '../pass.ts';
import { caseOf, type AgentPass } from './agent-pass.ts';
import { notLater } from './not-later.ts';
import { promptStatus } from './prompt-status.ts';
import { typingStatus } from './typing-status.ts';
import { wakeStatus } from './wake-status.ts';

/** The typing that is open, what waits to be typed, the regular wakes, and what the session knows of its prompt. */
export function messageStatus(pass: AgentPass): Partial<AgentStatus> {
  return { ...typingStatus(pass), ...waitingMessages(pass), ...wakeStatus(pass), ...promptStatus(pass) };
}

// Why messages can not be told now, and since when. Nothing while none waits or one was typed.
function waitingMessages(pass: AgentPass): Partial<AgentStatus> {
  const at = caseOf(pass);
  const isTold = pass.outcomes.some(({ action: { type } }) => type === 'TypeMessage' || type === 'CreateSession');
  const waiting = isTold ? 0 : dueDeliveries(at).length;
  const reason = waiting === 0 ? undefined : (deliver(at)?.waiting[0] ?? pass.plan.waiting[0])?.reason;
  if (reason === undefined) return {};
  const before = pass.object.status?.messages;
  const since = notLater(before?.reason === reason ? before.since : undefined, isoOf(pass));
  return { messages: { waiting, reason, since } };
}
