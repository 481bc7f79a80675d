import type { Outcome } from '#act/outcome.ts';
import type { AgentStatus } from '#api/agent.ts';
import type { Operation } from '#api/operation.ts';
import { acceptedBySignals } from '#plan/agent/acceptance.ts';

import { caseOf, type AgentPass } from './agent-pass.ts';

/**
 * The start that is open: one that failed may have been done all the same, and what it told is known by it alone. It is
 * over when a session was started or taken over.
 */
export function startingStatus(pass: AgentPass): Partial<AgentStatus> {
  const operation = pass.object.status?.operation;
  const isOver = pass.outcomes.some(
    ({ action, result }) => result === 'Done' && (action.type === 'CreateSession' || action.type === 'AdoptSession'),
  );
  return operation?.step !== 'CreateSession' || isOver ? {} : { operation };
}

/**
 * The typing that is open. A message that was begun is brought to its end by a later pass, which finds it by its nonce;
 * another one would be glued to what stands in the input.
 */
export function typingStatus(pass: AgentPass): Partial<AgentStatus> {
  const operation = pass.object.status?.operation;
  const hasOtherSession = pass.outcomes.some(({ action }) => action.type === 'CreateSession');
  if (operation?.step !== 'TypeMessage' || hasOtherSession) return {};
  const typed = pass.outcomes.find(({ action }) => action.type === 'TypeMessage');
  if (typed !== undefined) return afterTyping(typed, operation);
  return acceptedBySignals(caseOf(pass), operation.id) === undefined ? { operation } : {};
}

function afterTyping({ action, result, facts }: Outcome, operation: Operation): Partial<AgentStatus> {
  if (action.type !== 'TypeMessage') return { operation };
  // What was refused before the paste is not there, and nobody has to look for it.
  if (result === 'PreconditionFailed' && !action.isPasted) return {};
  if (result !== 'Done' || facts.accepted === false) return { operation };
  return action.proof === 'Screen' ? {} : { operation: { ...operation, detail: { ...operation.detail, left: true } } };
}
