import { parseDurationMs } from '#api/quantity.ts';
import { formatSpan, fromIso } from '#api/time.ts';

import type { AgentCase } from './agent-case.ts';

/** When a start after a death is due. The first one after a healthy time is immediate. */
export type StartDue = { readonly dueMs: number; readonly budgetSpent: boolean; readonly recent: number };

/**
 * Applies back-off and budget to the restarts that `status` remembers. A restart in the future is from before a clock
 * jump: it counts, but how long ago it was can not be known, so that no delay is measured from it.
 */
export function startDue(at: AgentCase): StartDue {
  const { wallMs } = at.moment;
  const { backoff, budget } = at.agent.spec.restart;
  const counted = (at.agent.status?.restarts?.recent ?? [])
    .filter((restart) => restart.counted)
    .map((restart) => fromIso(restart.at) ?? 0);
  const recent = counted.filter((atMs) => atMs > wallMs - parseDurationMs(budget.per)).length;
  const lastMs = counted.findLast((atMs) => atMs <= wallMs) ?? -Infinity;
  if (recent >= budget.restarts) {
    return { dueMs: Math.max(0, lastMs + parseDurationMs(backoff.max)), budgetSpent: true, recent };
  }
  const streak = counted.filter((atMs) => atMs > wallMs - parseDurationMs(backoff.resetAfter)).length;
  if (streak === 0) return { dueMs: 0, budgetSpent: false, recent };
  const delayMs = Math.min(
    parseDurationMs(backoff.max),
    parseDurationMs(backoff.initial) * backoff.factor ** (streak - 1),
  );
  return { dueMs: Math.max(0, lastMs + delayMs), budgetSpent: false, recent };
}

/** One sentence about a spent budget. */
export function budgetMessage(at: AgentCase): string {
  const { backoff, budget } = at.agent.spec.restart;
  const per = formatSpan(parseDurationMs(budget.per));
  return `was restarted ${String(budget.restarts)} times in ${per}; it is now tried once per ${backoff.max}; look at "ccci logs ${at.agent.metadata.name}"`;
}

/** When a program that ended for want of a connection is started again, epoch ms: after the growing delay, without a budget. */
export function offlineDueMs(at: AgentCase): number {
  const { wallMs } = at.moment;
  const { backoff } = at.agent.spec.restart;
  const tries = (at.agent.status?.restarts?.recent ?? [])
    .filter(({ reason }) => reason === 'ConnectionLost')
    .map((restart) => fromIso(restart.at) ?? 0)
    .filter(
      (atMs) => atMs <= wallMs && atMs > wallMs - parseDurationMs(backoff.resetAfter) - parseDurationMs(backoff.max),
    );
  const lastMs = Math.max(fromIso(at.agent.status?.lastExit?.at) ?? 0, ...tries);
  const delayMs = parseDurationMs(backoff.initial) * backoff.factor ** Math.min(tries.length, 50);
  return Math.min(lastMs, wallMs) + Math.min(parseDurationMs(backoff.max), delayMs);
}
