import { parseDurationMs } from '#api/quantity.ts';
import type { Reason } from '#api/reasons.ts';
import type { RepositoryObject } from '#api/repository.ts';
import { fromIso } from '#api/time.ts';
import type { RepositoryObservation } from '#observe/observation.ts';

import { doNow, settled, type Decision, type Moment, type Plan } from './plan.ts';
import { whenSuspended } from './suspended.ts';

/** Looks at the remote when a clone hints at a change, when the interval is over, or when a person asks. */
export function planRepository(repository: RepositoryObject, seen: RepositoryObservation, moment: Moment): Plan {
  return { key: `Repository/${repository.metadata.name}`, ...decide(repository, seen, moment) };
}

function decide(repository: RepositoryObject, seen: RepositoryObservation, moment: Moment): Decision {
  const suspended = whenSuspended(repository, moment);
  if (suspended !== undefined) return suspended;
  const cause = fetchCause(repository, seen, moment);
  const intervalMs = parseDurationMs(repository.spec.interval);
  if (cause === undefined) return settled(untilNextMs(repository, moment));
  const { url, branch } = repository.spec;
  return doNow(
    [
      {
        type: 'FetchMirror',
        ...cause,
        blast: 'none',
        mirror: seen.mirror,
        url,
        branch,
        previous: repository.status?.commit,
        cloneHeads: seen.cloneHeads,
      },
    ],
    intervalMs,
  );
}

function fetchCause(
  repository: RepositoryObject,
  seen: RepositoryObservation,
  moment: Moment,
): { reason: Reason; message: string } | undefined {
  const { status } = repository;
  if (status?.commit === undefined) return { reason: 'NeverFetched', message: 'the remote was never looked at' };
  if (seen.mirrorHead.state !== 'known')
    return { reason: 'MirrorBroken', message: 'the local mirror is not whole; it is fetched again' };
  const order = repository.operator?.reconcile;
  if (order !== undefined && order.id !== status['handledReconcile'])
    return { reason: 'OperatorReconcile', message: `${order.by} asked for it` };
  if (status['observedUrl'] !== repository.spec.url || status['observedBranch'] !== repository.spec.branch) {
    return { reason: 'SpecChanged', message: 'its url or branch was changed' };
  }
  if (hasHint(repository, seen)) return { reason: 'CloneMoved', message: 'a local clone has seen another head' };
  return untilNextMs(repository, moment) <= 0 ? { reason: 'IntervalOver', message: 'its interval is over' } : undefined;
}

// A clone that has not pulled yet differs from the mirror for long: only a head that was not there at the last fetch is news.
function hasHint(repository: RepositoryObject, seen: RepositoryObservation): boolean {
  const before = (repository.status?.['cloneHeads'] ?? {}) as Readonly<Record<string, string>>;
  return Object.entries(seen.cloneHeads).some(
    ([path, head]) => head !== before[path] && head !== repository.status?.commit,
  );
}

function untilNextMs(repository: RepositoryObject, moment: Moment): number {
  const attemptedMs =
    fromIso(repository.status?.['attemptedAt'] as string | undefined) ?? fromIso(repository.status?.fetchedAt) ?? 0;
  const intervalMs = parseDurationMs(repository.spec.interval);
  // After a clock that jumped back, an attempt in the future would hold everything up: how long ago it was is not known.
  return attemptedMs > moment.wallMs ? 0 : attemptedMs + intervalMs - moment.wallMs;
}
