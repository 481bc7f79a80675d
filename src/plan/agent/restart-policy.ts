import { parseDurationMs } from '#api/quantity.ts';
import { formatSpan, fromIso } from '#api/time.ts';

import type { AgentCase } from './agent-case.ts';

/** When a start after a death is due. The first one after a healthy time is immediate. */
export type StartDue = { readonly dueMs: number; readonly budgetSpent: boolean; readonly recent: number };

/** Applies back-off and budget to the restarts that `status` remembers. A restart in the future is from before a clock jump and counts as now. */
export function startDue(at: AgentCase): StartDue {
  const { backoff, budget } = at.agent.spec.restart;
  const counted = (at.agent.status?.restarts?.recent ?? [])
    .filter((restart) => restart.counted)
    .map((restart) => Math.min(fromIso(restart.at) ?? 0, at.moment.wallMs));
  const inBudget = counted.filter((atMs) => atMs > at.moment.wallMs - parseDurationMs(budget.per));
  const lastMs = counted.at(-1);
  if (inBudget.length >= budget.restarts) {
    return { dueMs: (lastMs ?? 0) + parseDurationMs(backoff.max), budgetSpent: true, recent: inBudget.length };
  }
  const streak = counted.filter((atMs) => atMs > at.moment.wallMs - parseDurationMs(backoff.resetAfter)).length;
  if (streak === 0 || lastMs === undefined) return { dueMs: 0, budgetSpent: false, recent: inBudget.length };
  const delayMs = Math.min(
    parseDurationMs(backoff.max),
    parseDurationMs(backoff.initial) * backoff.factor ** (streak - 1),
  );
  return { dueMs: lastMs + delayMs, budgetSpent: false, recent: inBudget.length };
}

/** One sentence about a spent budget. */
export function budgetMessage(at: AgentCase): string {
  const { backoff, budget } = at.agent.spec.restart;
  const per = formatSpan(parseDurationMs(budget.per));
  return `was restarted ${String(budget.restarts)} times in ${per}; it is now tried once per ${backoff.max}; look at "ccci logs ${at.agent.metadata.name}"`;
}
