import { findCondition } from '#api/conditions.ts';
import type { Reason } from '#api/reasons.ts';
import type { RepositoryObject } from '#api/repository.ts';
import type { RepositoryObservation } from '#observe/observation.ts';

import type { Moment } from '../plan.ts';
import { lastLookMs, untilPollMs } from './poll-interval.ts';

/** Why the remote is looked at now. */
export type FetchCause = { readonly reason: Reason; readonly message: string };

/** The least time between two looks that the git server's requests ask for: a flood of them is one look a second. */
const HINT_GAP_MS = 1000;

/** The first reason for a look at the remote; undefined when there is none. */
export function fetchCause(
  repository: RepositoryObject,
  seen: RepositoryObservation,
  moment: Moment,
): FetchCause | undefined {
  return (
    changedCause(repository, seen) ??
    brokenCause(repository, seen) ??
    hintedCause(repository, seen, moment) ??
    (untilPollMs(repository, moment.wallMs) <= 0
      ? { reason: 'IntervalOver', message: 'its interval is over' }
      : undefined)
  );
}

/** How long until a look that a webhook asked for may be made; undefined when none is wanted. */
export function untilHintedMs(
  repository: RepositoryObject,
  { hintedAtMs }: RepositoryObservation,
  { wallMs }: Moment,
): number | undefined {
  const lookedAtMs = lastLookMs(repository);
  // A hint or a look in the future is from before the clock jumped back; the poll that follows a jump covers both.
  const isNews = hintedAtMs !== undefined && hintedAtMs >= lookedAtMs && hintedAtMs <= wallMs;
  return isNews ? Math.max(0, lookedAtMs + HINT_GAP_MS - wallMs) : undefined;
}

function changedCause({ spec, status, operator }: RepositoryObject, seen: RepositoryObservation) {
  if (status?.attemptedAt === undefined) return undefined;
  const order = operator?.reconcile;
  if (order !== undefined && order.id !== status.handledReconcile)
    return { reason: 'OperatorReconcile', message: `${order.by} asked for it` } as const;
  if (status.observedUrl !== spec.url || status.observedBranch !== spec.branch)
    return { reason: 'SpecChanged', message: 'its url or branch was changed' } as const;
  const stamp = seen.credentials?.state === 'known' ? seen.credentials.value : undefined;
  return stamp !== status.credentialsStamp
    ? ({ reason: 'CredentialsChanged', message: 'its credentials were changed' } as const)
    : undefined;
}

// A remote that refuses the credentials is asked once in an interval: asking more often locks accounts.
function brokenCause(repository: RepositoryObject, seen: RepositoryObservation): FetchCause | undefined {
  const { status } = repository;
  if (findCondition(status?.conditions ?? [], 'Reachable')?.reason === 'AuthenticationFailed') return undefined;
  if (status?.commit === undefined) return { reason: 'NeverFetched', message: 'the remote was never looked at' };
  return seen.mirrorHead.state === 'known'
    ? undefined
    : { reason: 'MirrorBroken', message: 'the local mirror is not whole; it is fetched again' };
}

function hintedCause(
  repository: RepositoryObject,
  seen: RepositoryObservation,
  moment: Moment,
): FetchCause | undefined {
  if (hasMovedClone(repository, seen)) return { reason: 'CloneMoved', message: 'a local clone has seen another head' };
  return untilHintedMs(repository, seen, moment) === 0
    ? { reason: 'WebhookReceived', message: 'the git server says that something was pushed' }
    : undefined;
}

// A clone that has not pulled yet differs from the mirror for long: only a head that was not there at the last fetch is news.
function hasMovedClone({ status }: RepositoryObject, seen: RepositoryObservation): boolean {
  const before = status?.cloneHeads ?? {};
  return Object.entries(seen.cloneHeads).some(([path, head]) => head !== before[path] && head !== status?.commit);
}
