import type { AgentStatus } from '#api/agent.ts';
import { compact } from '#api/compact.ts';
import type { ConditionChange } from '#api/conditions.ts';
import { toIso } from '#api/time.ts';
import { errorRecord, toldAgain } from '#plan/agent/api-error.ts';
import { currentPhaseOf, incarnationOf, isAlive, stateOf, type AgentCase } from '#plan/agent/agent-case.ts';
import { triesOf } from '#plan/agent/answer-dialog.ts';
import { isCounted, spendingRecord } from '#plan/agent/budget.ts';
import { compactionRecord, toldToCompact } from '#plan/agent/compact.ts';
import { launchRefusal } from '#plan/agent/refusal.ts';
import { limitTurn } from '#plan/agent/usage-limit.ts';
import { usageChange } from '#plan/agent/usage-report.ts';

import { condition, doneOutcome } from '../pass.ts';
import { caseOf, type AgentPass } from './agent-pass.ts';

/** What status keeps about limits, dialogs, errors, context, conversations and money after a pass. */
export function guardStatus(pass: AgentPass): Partial<AgentStatus> {
  const at = caseOf(pass);
  return {
    ...usageStatus(pass, at),
    ...dialogStatus(pass, at),
    apiError: errorStatus(pass, at),
    compaction: compactionStatus(pass, at),
    spending: spendingRecord(at),
    conversation: conversationStatus(at),
    refusal: doneOutcome(pass, 'CreateSession') === undefined ? launchRefusal(at) : undefined,
  };
}

/** Conditions about what guards the agent. */
export function guardConditions(pass: AgentPass): readonly ConditionChange[] {
  const counted = isCounted(caseOf(pass));
  if (counted === undefined) return [];
  const message = counted ? '' : 'its program has not told what it spends, so its budget guards nothing';
  return [condition('BudgetCounted', counted, { reason: counted ? 'Running' : 'BudgetUnknown', message })];
}

function usageStatus(pass: AgentPass, at: AgentCase): Partial<AgentStatus> {
  const { report, hasWorked } = usageChange(at);
  const now = toIso(pass.moment.wallMs);
  const worked = hasWorked ? { workedAt: now } : {};
  if (report === undefined) return { usageLimit: undefined, ...worked };
  const isTold = pass.outcomes.some(
    ({ action, result }) =>
      result === 'Done' && action.type === 'CreateDelivery' && action.spec.cause.kind === 'Resume',
  );
  // Somebody who is started after the limit goes on by that.
  if (!isTold && doneOutcome(pass, 'CreateSession') === undefined) return { usageLimit: report, ...worked };
  const turn = limitTurn(at);
  const resumedFor = turn.state === 'Due' ? turn.id : (report.resumedFor ?? now);
  return { usageLimit: { ...report, resumedFor, resumedAt: now } };
}

/** States of an agent that has come as far as its first turn. */
const BEGUN: readonly string[] = [
  'Busy',
  'Idle',
  'WaitingDeclared',
  'ContextHigh',
  'Compacting',
  'ApiError',
  'UsageLimited',
];

function dialogStatus(pass: AgentPass, at: AgentCase): Partial<AgentStatus> {
  const incarnation = incarnationOf(at);
  const state = isAlive(at) ? stateOf(at) : undefined;
  const hasBegun =
    state !== undefined && BEGUN.includes(state.state) && state.cause !== 'Fresh' && state.dialog === undefined;
  const ready = hasBegun && incarnation !== undefined ? { readyIncarnation: incarnation } : {};
  const answered = pass.outcomes.find(({ action }) => action.type === 'AnswerDialog');
  if (answered?.action.type !== 'AnswerDialog' || answered.result === 'PreconditionFailed') return ready;
  const { dialog: name } = answered.action;
  return {
    ...ready,
    dialog: { name, tries: triesOf(at, name) + 1, ...(incarnation === undefined ? {} : { incarnation }) },
  };
}

function errorStatus(pass: AgentPass, at: AgentCase): AgentStatus['apiError'] {
  const record = errorRecord(at);
  const isTold = pass.outcomes.some(
    ({ action, result }) => result === 'Done' && action.type === 'CreateDelivery' && action.reason === 'ProviderError',
  );
  return record !== undefined && isTold ? toldAgain(at, record) : record;
}

function compactionStatus(pass: AgentPass, at: AgentCase): AgentStatus['compaction'] {
  const record = compactionRecord(at);
  const isTold = pass.outcomes.some(
    ({ action, result }) => action.type === 'TypeCommand' && result !== 'PreconditionFailed',
  );
  return isTold ? toldToCompact(at, record) : record;
}

// Kept after a death: it is what the next start goes on with.
function conversationStatus(at: AgentCase): AgentStatus['conversation'] {
  const now = isAlive(at) ? stateOf(at)?.conversation : undefined;
  if (now === undefined) return at.agent.status?.conversation;
  const phaseId = currentPhaseOf(at)?.spec.id;
  return { id: now.id, ...compact({ file: now.file, phaseId: at.agent.status?.launch?.phaseId ?? phaseId }) };
}
