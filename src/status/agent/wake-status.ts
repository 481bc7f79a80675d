import type { AgentStatus } from '#api/agent.ts';
import { incarnationOf } from '#plan/agent/agent-case.ts';
import { isAnswered, sequenceEnd, wakeStep } from '#plan/agent/wake.ts';

import { isoOf } from '../pass.ts';
import { caseOf, type AgentPass } from './agent-pass.ts';

type Wake = NonNullable<AgentStatus['wake']>;

/** The regular wakes: when the last one was, whether it was answered, and how many were left out. */
export function wakeStatus(pass: AgentPass): Partial<AgentStatus> {
  if (pass.object.spec.wake === undefined) return { wake: undefined };
  const before = pass.object.status?.wake ?? { since: isoOf(pass), skipped: 0 };
  const made = pass.outcomes.find(({ action, result }) => action.reason === 'WakeDue' && result === 'Done')?.action;
  return { wake: made?.type === 'CreateDelivery' ? madeNow(pass, before, made.name) : looked(pass, before) };
}

function madeNow(pass: AgentPass, { since, skipped, toldEnd }: Wake, name: string): Wake {
  const at = caseOf(pass);
  const last = { lastAt: isoOf(pass), name, incarnation: incarnationOf(at) };
  return { since, skipped, ...last, toldEnd: sequenceEnd(at) ?? toldEnd };
}

function looked(pass: AgentPass, before: Wake): Wake {
  const at = caseOf(pass);
  if (wakeStep(at)?.step === 'Skip') return { ...before, lastAt: isoOf(pass), skipped: before.skipped + 1 };
  const isNews = before.name !== undefined && before.answeredAt === undefined && isAnswered(at);
  return isNews ? { ...before, answeredAt: isoOf(pass) } : before;
}
