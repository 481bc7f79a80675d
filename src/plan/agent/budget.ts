import type { AgentStatus } from '#api/agent.ts';
import { compact } from '#api/compact.ts';
import { parseDurationMs } from '#api/quantity.ts';
import { fromIso, toIso } from '#api/time.ts';

import { waitFor, type Decision } from '../plan.ts';
import { incarnationOf, isAlive, stateOf, type AgentCase } from './agent-case.ts';
import { countUsage, keyOf, type UsageCounter } from './count-usage.ts';
import { planStop } from './stop.ts';

/** What an agent has spent in the window of its budget, as status keeps it. */
export type SpendingRecord = NonNullable<AgentStatus['spending']>;

const LOOK_MS = 30_000;
/** A program that has told nothing of its spending for so long after its start does not tell it. */
const SILENCE_MS = 10 * 60_000;

/**
 * What the agent has spent as of this moment. Its program counts, some of it per conversation and some per life; only
 * what came on top is added, so restarts and new conversations lose nothing and count nothing twice. What was counted before anybody looked is where
 * counting begins. A new window begins when the last one is over, and when a person lifts the hold.
 */
export function spendingRecord(at: AgentCase): SpendingRecord | undefined {
  const { budget } = at.agent.spec;
  if (budget === undefined) return undefined;
  const before = windowOf(at, parseDurationMs(budget.per));
  const state = isAlive(at) ? stateOf(at) : undefined;
  const counted =
    state?.usage === undefined ? before : count(before, counterOf(at, state.usage, state.conversation?.id));
  const isSpent = counted.usd >= (budget.usd ?? Infinity) || counted.tokens >= (budget.tokens ?? Infinity);
  if (!isSpent) return counted;
  return { ...counted, spentSince: before.spentSince ?? toIso(at.moment.wallMs) };
}

/** Ends the session between turns when the budget is spent: its own timers would spend more. It starts again when the window is over. */
export function holdForBudget(at: AgentCase): Decision | undefined {
  const { budget } = at.agent.spec;
  const record = spendingRecord(at);
  if (budget === undefined || record?.spentSince === undefined) return undefined;
  const lift = `"ccci resume agent/${at.agent.metadata.name}" lifts it`;
  const message = `it has spent its budget of ${inWords(budget)}; it is held until the window is over; ${lift}`;
  const untilMs = (fromIso(record.windowStart) ?? at.moment.wallMs) + parseDurationMs(budget.per);
  const wait = waitFor('BudgetSpent', message, { needsPerson: true, untilMs });
  const stop = planStop(at, {
    reason: 'BudgetSpent',
    message: `it has spent its budget of ${inWords(budget)}`,
    now: false,
  });
  const leftMs = Math.max(100, untilMs - at.moment.wallMs);
  return {
    actions: stop.actions,
    waiting: wait.waiting,
    requeueAfterMs: Math.min(leftMs, stop.requeueAfterMs ?? LOOK_MS * 10),
  };
}

/** Whether what the agent spends can be counted; undefined when it has no budget. A program that has not begun proves nothing. */
export function isCounted(at: AgentCase): boolean | undefined {
  if (at.agent.spec.budget === undefined) return undefined;
  const isTold = at.agent.status?.spending?.counter !== undefined || stateOf(at)?.usage !== undefined;
  const startedMs = fromIso(at.agent.status?.startedAt) ?? at.moment.wallMs;
  return isTold || !isAlive(at) || at.moment.wallMs - startedMs < SILENCE_MS;
}

function windowOf(at: AgentCase, perMs: number): SpendingRecord {
  const { wallMs } = at.moment;
  const before = at.agent.status?.spending;
  const startMs = fromIso(before?.windowStart);
  const fresh = { windowStart: toIso(wallMs), usd: 0, tokens: 0 };
  if (before === undefined || startMs === undefined) return fresh;
  // A window that begins in the future is from before a clock jump.
  if (startMs > wallMs) return { ...before, windowStart: toIso(wallMs) };
  const isOver = isLifted(at, before) || wallMs >= startMs + perMs;
  return isOver ? { ...fresh, ...compact({ counter: before.counter }) } : before;
}

function isLifted({ agent }: AgentCase, { spentSince }: SpendingRecord): boolean {
  const spentMs = fromIso(spentSince);
  const liftedMs = fromIso(agent.operator?.resume?.at);
  return spentMs !== undefined && liftedMs !== undefined && liftedMs > spentMs;
}

function counterOf(
  at: AgentCase,
  usage: { usd?: number | undefined; tokens?: number | undefined },
  id?: string,
): UsageCounter {
  const before = at.agent.status?.spending?.counter;
  // A look that does not show which conversation is open says nothing about another one.
  const conversation = id ?? (before === undefined ? '' : keyOf(before).conversation);
  return { key: `${incarnationOf(at) ?? ''}/${conversation}`, usd: usage.usd ?? 0, tokens: usage.tokens ?? 0 };
}

function count(before: SpendingRecord, now: UsageCounter): SpendingRecord {
  if (before.counter === undefined) return { ...before, counter: now };
  const { usd, tokens, counter } = countUsage(before.counter, now);
  return { ...before, usd: Math.round((before.usd + usd) * 1e6) / 1e6, tokens: before.tokens + tokens, counter };
}

function inWords({ usd, tokens, per }: { usd?: number | undefined; tokens?: number | undefined; per: string }): string {
  const parts = [
    usd === undefined ? [] : [`$${String(usd)}`],
    tokens === undefined ? [] : [`${String(tokens)} tokens`],
  ];
  return `${parts.flat().join(' or ')} per ${per}`;
}
