import type { AgentStatus } from '#api/agent.ts';
import { compact } from '#api/compact.ts';
import { fromIso, toIso } from '#api/time.ts';
import type { AgentState } from '#backends/agent-state.ts';
import { parseResetText } from '#backends/parse-reset-text.ts';

import { isAlive, stateOf, type AgentCase } from './agent-case.ts';

/** The usage limit that an agent has met and not yet got over. */
export type UsageReport = NonNullable<AgentStatus['usageLimit']>;

/** What became of it: still there, or got over at this moment. */
export type UsageChange = { readonly report?: UsageReport | undefined; readonly hasWorked: boolean };

/** At work this long after a limit, an agent has got over it. */
const AT_WORK_MS = 30_000;
/** What an agent was told must have shown by then. */
const ANSWER_MS = 60_000;
/** The window of a session limit, and what clocks and rounding add to it. */
const SESSION_WINDOW_MS = 5.5 * 3_600_000;
const MINUTE_MS = 60_000;
/** Two tellings of one reset differ by less. */
const SAME_RESET_MS = 60_000;
/** Idle for another reason than that its work went well. */
const NO_PROOF: readonly string[] = ['Fresh', 'Interrupted', 'TurnFailed'];

/** True when the agent says that its usage limit is reached; an empty purse is another matter. */
export function meetsLimit(state: AgentState | undefined): boolean {
  return state?.state === 'UsageLimited' && state.cause !== 'Billing';
}

/**
 * The agent's usage limit as of this moment: what status remembers, with what its program says now. Words about the
 * reset are read once, when they appear: `5:44pm` must not become tomorrow's when that time has passed.
 */
export function usageChange(at: AgentCase): UsageChange {
  const before = at.agent.status?.usageLimit;
  const state = isAlive(at) ? stateOf(at) : undefined;
  if (state !== undefined && meetsLimit(state)) return { report: limitedReport(at, before, state), hasWorked: false };
  if (before === undefined || state === undefined || state.isRetrying === true)
    return { report: before, hasWorked: false };
  if (state.state === 'Busy' || state.state === 'Compacting') return busyReport(at, before);
  return isAfterWork(state) ? { hasWorked: true } : { report: before, hasWorked: false };
}

function isAfterWork({ state, cause }: AgentState): boolean {
  const isIdle = state === 'Idle' || state === 'WaitingDeclared' || state === 'ContextHigh';
  return isIdle && !NO_PROOF.includes(cause ?? '');
}

function busyReport(at: AgentCase, before: UsageReport): UsageChange {
  const nowMs = at.moment.wallMs;
  const sinceMs = Math.min(fromIso(before.busySince) ?? nowMs, nowMs);
  if (nowMs - sinceMs >= AT_WORK_MS) return { hasWorked: true };
  return { report: { ...before, busySince: toIso(sinceMs) }, hasWorked: false };
}

function limitedReport(at: AgentCase, before: UsageReport | undefined, state: AgentState): UsageReport {
  if (before !== undefined && !isAnotherLimit(at, before, state)) return before;
  const nowMs = at.moment.wallMs;
  const { untilMs, resetText } = state;
  const read = resetText === undefined ? undefined : parseResetText(resetText, { nowMs, timeZone: timeZoneOf(at) });
  const resetMs = untilMs ?? wholeMinute(read);
  // A reset that is over already says nothing about when this limit ends.
  const isOver =
    resetMs === undefined || resetMs <= nowMs || (untilMs === undefined && isTooFar(state, resetMs - nowMs));
  const until = isOver ? undefined : toIso(resetMs);
  return { since: toIso(nowMs), ...compact({ until, text: resetText }) };
}

// Words are cut to the minute: before its end the limit may still hold, and going on early meets it again.
function wholeMinute(readMs: number | undefined): number | undefined {
  return readMs !== undefined && readMs % MINUTE_MS === 0 ? readMs + MINUTE_MS : readMs;
}

// A window of five hours can not end later than that: the time was today's, and the words are old.
function isTooFar({ evidence }: AgentState, aheadMs: number): boolean {
  return /\bsession limit\b/i.test(evidence) && aheadMs > SESSION_WINDOW_MS;
}

// Met again: after it was at work, after it was told to go on, or with another time of reset.
function isAnotherLimit(at: AgentCase, before: UsageReport, state: AgentState): boolean {
  if (before.busySince !== undefined) return true;
  const toldMs = fromIso(before.resumedAt);
  const isTelling = at.seen.related.deliveries.some(({ spec }) => spec.cause.kind === 'Resume');
  if (toldMs !== undefined && !isTelling && at.moment.wallMs >= toldMs + ANSWER_MS) return true;
  const untilMs = fromIso(before.until);
  if (state.untilMs === undefined) return state.resetText !== undefined && state.resetText !== before['text'];
  return state.untilMs > at.moment.wallMs && Math.abs(state.untilMs - (untilMs ?? 0)) > SAME_RESET_MS;
}

/** The time zone that the agent's program tells times in: that of its own process. */
export function timeZoneOf({ agent, seen }: AgentCase): string {
  const own = seen.process.state === 'known' ? seen.process.value.env['TZ'] : undefined;
  const set = agent.spec.env.find(({ name }) => name === 'TZ')?.value;
  const zone = own ?? set ?? seen.rig.environment['TZ'] ?? seen.rig.timeZone ?? 'UTC';
  return zone.replace(/^:/, '');
}
