import type { AccountStatus } from '#api/account.ts';
import { parseDurationMs } from '#api/quantity.ts';
import type { Reason } from '#api/reasons.ts';
import { fromIso, toIso } from '#api/time.ts';

import { doNow, waitFor, type Decision } from '../plan.ts';
import { shortHash } from '../short-hash.ts';
import { isAlive, stateOf, type AgentCase } from './agent-case.ts';
import { closeMenu } from './answer-dialog.ts';
import { meetsLimit, usageChange, type UsageReport } from './usage-report.ts';

/** Whether the usage limit of its account lets an agent go on. `id` stands for the end of one limit. */
export type LimitTurn =
  | { readonly state: 'Free' }
  | { readonly state: 'Due'; readonly id: string }
  | {
      readonly state: 'Held';
      readonly reason: Reason;
      readonly message: string;
      readonly untilMs?: number | undefined;
      readonly needsPerson: boolean;
    };

const LOOK_MS = 30_000;

/** Whether this agent may be started, told or nudged, as far as the usage limit of its account is concerned. */
export function limitTurn(at: AgentCase): LimitTurn {
  const { report } = usageChange(at);
  const standing = standingOf(at.seen.related.account?.status, at.moment.wallMs);
  const ordered = orderSince(at, fromIso(report?.since) ?? standing.limitedMs);
  if (ordered !== undefined) return { state: 'Due', id: ordered };
  if (standing.limitedMs !== undefined || isNews(report, standing, at.moment.wallMs))
    return whileLimited(at, report, standing);
  return standing.openedMs === undefined ? { state: 'Free' } : afterReset(at, report, standing.openedMs);
}

/** What waits when the account's limit holds the agent; undefined when nothing does. */
export function heldByLimit(at: AgentCase): Decision | undefined {
  const turn = limitTurn(at);
  if (turn.state !== 'Held') return undefined;
  const { reason, message, untilMs, needsPerson } = turn;
  const leftMs = (untilMs ?? 0) - at.moment.wallMs;
  return waitFor(reason, message, {
    untilMs,
    needsPerson,
    requeueAfterMs: leftMs > 0 ? Math.min(LOOK_MS * 10, leftMs) : LOOK_MS,
  });
}

/** Holds a live agent that has met the limit, and lets it go on once, when it is its turn. */
export function overUsageLimit(at: AgentCase): Decision | undefined {
  const state = stateOf(at);
  if (state?.state === 'UsageLimited' && state.cause === 'Billing') return billing(at);
  const { report } = usageChange(at);
  if (report === undefined) return undefined;
  const turn = limitTurn(at);
  if (turn.state !== 'Due') return heldByLimit(at);
  if (report.resumedFor === turn.id || !meetsLimit(state)) return undefined;
  return closeMenu(at, 'UsageLimitReset') ?? resume(at, turn.id);
}

type Standing = {
  readonly limitedMs?: number | undefined;
  readonly openedMs?: number | undefined;
  readonly status?: AccountStatus | undefined;
};

// A reset that has passed since the account was looked at last counts at once.
function standingOf(status: AccountStatus | undefined, nowMs: number): Standing {
  const [limitedMs, resetMs, openedMs] = [status?.limitedSince, status?.resetAt, status?.openedAt].map(fromIso);
  if (limitedMs === undefined) return { openedMs, status };
  return resetMs !== undefined && resetMs <= nowMs ? { openedMs: resetMs, status } : { limitedMs, openedMs, status };
}

// What the agent has just met, before its account was looked at again.
function isNews(report: UsageReport | undefined, { openedMs }: Standing, nowMs: number): boolean {
  if (report === undefined) return false;
  const untilMs = fromIso(report.until);
  return untilMs === undefined ? (fromIso(report.since) ?? nowMs) > (openedMs ?? -Infinity) : untilMs > nowMs;
}

function whileLimited(at: AgentCase, report: UsageReport | undefined, { status }: Standing): LimitTurn {
  const nextMs = fromIso(status?.nextAt);
  const isUnknown = status?.limitedSince !== undefined && status.resetAt === undefined;
  const probeMs = isUnknown && status.prober === at.agent.metadata.name ? nextMs : undefined;
  // What the prober has met since then is the answer: the account looks at that first.
  const isDue = probeMs !== undefined && at.moment.wallMs >= probeMs && (fromIso(report?.since) ?? 0) <= probeMs;
  if (isDue) return { state: 'Due', id: toIso(probeMs) };
  return {
    state: 'Held',
    reason: isUnknown ? 'UsageLimitUnknown' : 'UsageLimited',
    message: limitMessage(at, isUnknown),
    untilMs: nextMs,
    needsPerson: at.agent.spec.usageLimit.resume === 'Manual',
  };
}

function limitMessage({ agent }: AgentCase, isUnknown: boolean): string {
  const what = isUnknown ? ', and nobody says when it resets' : '; it waits for the reset';
  const lift = `"ccci resume agent/${agent.metadata.name}" lets it go on at once`;
  return `the usage limit of account "${agent.spec.backend.account}" is reached${what}; ${lift}`;
}

function afterReset(at: AgentCase, report: UsageReport | undefined, openedMs: number): LimitTurn {
  const { wallMs } = at.moment;
  if (report === undefined && !diedBefore(at, openedMs)) return { state: 'Free' };
  if (report !== undefined && at.agent.spec.usageLimit.resume === 'Manual') {
    const message = `the usage limit was reset; "ccci resume agent/${at.agent.metadata.name}" lets it go on`;
    return { state: 'Held', reason: 'UsageLimitManual', message, needsPerson: true };
  }
  const dueMs = openedMs + delayMs(at);
  // A time from before a clock that jumped back holds nobody.
  if (wallMs >= dueMs || openedMs > wallMs) return { state: 'Due', id: toIso(openedMs) };
  const message = 'the usage limit was reset; the agents of the account go on one after the other';
  return { state: 'Held', reason: 'UsageLimitReset', message, untilMs: dueMs, needsPerson: false };
}

function diedBefore(at: AgentCase, openedMs: number): boolean {
  const diedMs = isAlive(at) ? undefined : fromIso(at.agent.status?.lastExit?.at);
  return diedMs !== undefined && diedMs < openedMs;
}

// One priority after the other, and within one spread by the names.
function delayMs({ agent, seen }: AgentCase): number {
  const jitterMs = parseDurationMs(agent.spec.usageLimit.jitter);
  const spreadMs = jitterMs === 0 ? 0 : Number.parseInt(shortHash(agent.metadata.name), 16) % jitterMs;
  return (seen.related.accountRank ?? 0) * jitterMs + spreadMs;
}

// A person who lets it go on after it has met the limit knows better; the time of the order stands for it.
function orderSince(at: AgentCase, sinceMs: number | undefined): string | undefined {
  const order = at.agent.operator?.resume;
  const orderedMs = fromIso(order?.at);
  return sinceMs !== undefined && orderedMs !== undefined && orderedMs > sinceMs ? toIso(orderedMs) : undefined;
}

function billing(at: AgentCase): Decision {
  const message = `its provider takes no more requests until somebody pays; "ccci ping ${at.agent.metadata.name}" lets it try again`;
  return waitFor('BillingProblem', message, { needsPerson: true, requeueAfterMs: LOOK_MS });
}

function resume(at: AgentCase, id: string): Decision {
  const { name } = at.agent.metadata;
  // The name stands for this end of this limit: nobody is told twice, whoever forgets that it was told.
  const which = `${shortHash(`${at.agent.spec.backend.account}/${name}`)}-${(fromIso(id) ?? 0).toString(36)}`;
  const message = 'the usage limit of its account was reset';
  const spec = {
    agentRef: { name },
    nonce: at.moment.id,
    cause: { kind: 'Resume' as const },
    text: 'The usage limit was reset. Go on with your work where you left it.',
    createdAt: toIso(at.moment.wallMs),
  };
  const create = { type: 'CreateDelivery', name: `resume-${name.slice(0, 30)}-${which}`, spec } as const;
  return doNow([{ ...create, reason: 'UsageLimitReset', message, blast: 'live' }], 100);
}
