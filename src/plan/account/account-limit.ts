import type { AccountObject } from '#api/account.ts';
import type { AgentObject } from '#api/agent.ts';
import { compact } from '#api/compact.ts';
import { fromIso } from '#api/time.ts';

/** What a limit without a reset time is looked at again after: 5, 10, 20 ... minutes, at most an hour. */
const FIRST_PROBE_MS = 5 * 60_000;
const LONGEST_PROBE_MS = 3_600_000;
/** A prober that has shown nothing for so long is no help: it is another one's turn. */
const PROBE_PATIENCE_MS = 10 * 60_000;

/** How an account stands. All times epoch ms. */
export type AccountLimit = {
  /** Present while the limit is reached. */
  readonly limit?: Limit;
  /** When the last limit was over. */
  readonly openedMs?: number | undefined;
};

type Limit = {
  readonly sinceMs: number;
  /** When it resets; absent when nobody says so. */
  readonly resetMs?: number;
  /** When somebody goes on next. */
  readonly nextMs: number;
  /** The one agent that may go on then, to find out. */
  readonly prober?: string;
  readonly probes: number;
};

type Report = { readonly agent: AgentObject; readonly sinceMs: number; readonly untilMs: number | undefined };

/**
 * How an account stands, by what its agents have met and what was known before. A reset time that lies ahead holds
 * whoever reported it, until an agent is seen to have worked after the limit was met. Without a reset time one agent at
 * a time finds out.
 */
export function accountLimit(account: AccountObject, agents: readonly AgentObject[], nowMs: number): AccountLimit {
  const reports = agents.flatMap((agent) => reportOf(agent, nowMs));
  const workedMs = Math.max(-Infinity, ...agents.map(({ status }) => fromIso(status?.workedAt) ?? -Infinity));
  const before = knownBefore(account);
  const known = knownLimit({ reports, workedMs, before, nowMs });
  if (known !== undefined) return { limit: known, openedMs: before.openedMs };
  const openedMs = latest(before.openedMs, openedBy({ workedMs, before, nowMs }));
  const waiting = reports.filter(
    ({ sinceMs, untilMs }) => untilMs === undefined && sinceMs > latest(openedMs, workedMs),
  );
  if (waiting.length === 0) return { openedMs: openedMs ?? (before.limit === undefined ? undefined : nowMs) };
  return { limit: unknownLimit(waiting, before.limit, nowMs), openedMs };
}

function reportOf(agent: AgentObject, nowMs: number): readonly Report[] {
  const report = agent.status?.usageLimit;
  if (report === undefined || agent.metadata.deletionTimestamp !== undefined) return [];
  // A report from before a clock jump was made now at the latest.
  return [{ agent, sinceMs: Math.min(fromIso(report.since) ?? nowMs, nowMs), untilMs: fromIso(report.until) }];
}

type Before = { readonly limit?: Limit | undefined; readonly openedMs?: number | undefined };

function knownBefore({ status }: AccountObject): Before {
  const [sinceMs, resetMs, nextMs] = [fromIso(status?.limitedSince), fromIso(status?.resetAt), fromIso(status?.nextAt)];
  const openedMs = fromIso(status?.openedAt);
  if (sinceMs === undefined) return { openedMs };
  const { prober, probes = 0 } = status ?? {};
  return {
    limit: { sinceMs, nextMs: nextMs ?? resetMs ?? sinceMs, probes, ...compact({ resetMs, prober }) },
    openedMs,
  };
}

type Evidence = {
  readonly reports: readonly Report[];
  readonly workedMs: number;
  readonly before: Before;
  readonly nowMs: number;
};

function knownLimit({ reports, workedMs, before, nowMs }: Evidence): Limit | undefined {
  const kept =
    before.limit?.resetMs === undefined ? [] : [{ sinceMs: before.limit.sinceMs, untilMs: before.limit.resetMs }];
  const ahead = [...reports, ...kept].filter(
    ({ sinceMs, untilMs }) => untilMs !== undefined && untilMs > nowMs && sinceMs >= workedMs,
  );
  if (ahead.length === 0) return undefined;
  const resetMs = Math.max(...ahead.map(({ untilMs }) => untilMs ?? 0));
  return { sinceMs: Math.min(...ahead.map(({ sinceMs }) => sinceMs)), resetMs, nextMs: resetMs, probes: 0 };
}

// Over is over at the reset itself, also when nobody looked at that moment: everybody counts from the same time.
function openedBy({ workedMs, before, nowMs }: Omit<Evidence, 'reports'>): number | undefined {
  const { limit } = before;
  if (limit === undefined) return undefined;
  if (workedMs > limit.sinceMs) return workedMs;
  return limit.resetMs !== undefined && limit.resetMs <= nowMs ? limit.resetMs : undefined;
}

function unknownLimit(waiting: readonly Report[], before: Limit | undefined, nowMs: number): Limit {
  const order = waiting.toSorted((a, b) => priorityOf(b) - priorityOf(a) || (nameOf(a) < nameOf(b) ? -1 : 1));
  const sinceMs = Math.min(...waiting.map((report) => report.sinceMs));
  if (before === undefined || before.resetMs !== undefined)
    return { sinceMs, nextMs: sinceMs + FIRST_PROBE_MS, probes: 0 };
  const { prober, probes } = before;
  const nextMs = Math.min(before.nextMs, nowMs + LONGEST_PROBE_MS);
  const same = { sinceMs: before.sinceMs, nextMs, probes };
  if (nowMs < nextMs) return same;
  const failed = waiting.find((report) => nameOf(report) === prober && report.sinceMs > nextMs);
  const isSilent = nowMs > nextMs + PROBE_PATIENCE_MS;
  if (failed === undefined && !isSilent) {
    // Whoever a person lets go on does not probe.
    const automatic = order.filter(({ agent }) => agent.spec.usageLimit.resume === 'Automatic');
    const next = automatic[probes % Math.max(1, automatic.length)];
    return next === undefined ? same : { ...same, prober: prober ?? nameOf(next) };
  }
  const delayMs = Math.min(LONGEST_PROBE_MS, FIRST_PROBE_MS * 2 ** (probes + 1));
  return { ...same, probes: probes + 1, nextMs: (failed?.sinceMs ?? nowMs) + delayMs };
}

function priorityOf({ agent }: Report): number {
  return agent.spec.usageLimit.priority;
}

function nameOf({ agent }: Report): string {
  return agent.metadata.name;
}

function latest(a: number | undefined, b: number): number;
function latest(a: number | undefined, b: number | undefined): number | undefined;
function latest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}
