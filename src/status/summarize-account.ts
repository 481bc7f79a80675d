import type { AccountObject, AccountStatus } from '#api/account.ts';
import { compact } from '#api/compact.ts';
import type { Readiness } from '#api/conditions.ts';
import { toIso } from '#api/time.ts';
import type { AccountObservation } from '#observe/observation.ts';
import { accountLimit } from '#plan/account/account-limit.ts';

import { condition, conditionsOf, unsettledReadiness, type Pass } from './pass.ts';

const OPEN: Readiness = { ready: 'True', progress: 'Settled', reason: 'Ready', message: '' };

/** The status of an account: whether its limit is reached, until when, and when the last one was over. */
export function summarizeAccount(pass: Pass<AccountObject, AccountObservation>): AccountStatus {
  const {
    limitedSince: _since,
    resetAt: _reset,
    nextAt: _next,
    prober: _prober,
    probes: _probes,
    ...kept
  } = pass.object.status ?? { conditions: [] };
  const { limit, openedMs } = accountLimit(pass.object, pass.seen.agents, pass.moment.wallMs);
  const readiness = unsettledReadiness(pass) ?? OPEN;
  const change = condition('UsageLimited', limit !== undefined, readiness);
  return {
    ...kept,
    ...compact({ openedAt: openedMs === undefined ? undefined : toIso(openedMs) }),
    ...(limit === undefined ? {} : limitStatus(limit)),
    agents: pass.seen.agents.map(({ metadata }) => metadata.name),
    observedGeneration: pass.object.metadata.generation,
    conditions: [...conditionsOf(pass, readiness, [change])],
  };
}

function limitStatus(limit: NonNullable<ReturnType<typeof accountLimit>['limit']>): Partial<AccountStatus> {
  const { sinceMs, resetMs, nextMs, prober, probes } = limit;
  return {
    limitedSince: toIso(sinceMs),
    nextAt: toIso(nextMs),
    probes,
    ...compact({ prober, resetAt: resetMs === undefined ? undefined : toIso(resetMs) }),
  };
}
