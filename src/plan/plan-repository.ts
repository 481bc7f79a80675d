import { compact } from '#api/compact.ts';
import type { RepositoryObject } from '#api/repository.ts';
import type { RepositoryObservation } from '#observe/observation.ts';

import type { FetchMirror } from './action.ts';
import { doNow, settled, waitFor, type Decision, type Moment, type Plan } from './plan.ts';
import { fetchCause, untilHintedMs, type FetchCause } from './repository/fetch-cause.ts';
import { pollIntervalMs, untilPollMs } from './repository/poll-interval.ts';
import { tidyAction } from './repository/tidy.ts';
import { whenSuspended } from './suspended.ts';

/** After a look, what the new commits touched is read in a pass of its own, so that no hand-off waits for it. */
const AFTER_LOOK_MS = 50;

/** Looks at the remote when a clone or the git server hints at a change, when the interval is over, or when a person asks. */
export function planRepository(repository: RepositoryObject, seen: RepositoryObservation, moment: Moment): Plan {
  return { key: `Repository/${repository.metadata.name}`, ...decide(repository, seen, moment) };
}

function decide(repository: RepositoryObject, seen: RepositoryObservation, moment: Moment): Decision {
  const suspended = whenSuspended(repository, moment);
  if (suspended !== undefined) return suspended;
  const { credentials } = seen;
  if (credentials?.state === 'unknown') {
    const reason = credentials.reason === 'CredentialsExposed' ? 'CredentialsExposed' : 'CredentialsMissing';
    const requeueAfterMs = pollIntervalMs(repository, moment.wallMs);
    return waitFor(reason, credentials.message, { needsPerson: true, requeueAfterMs });
  }
  const cause = fetchCause(repository, seen, moment);
  if (cause === undefined) {
    const tidy = tidyAction(repository, seen, moment);
    const requeueAfterMs = untilNextMs(repository, seen, moment);
    return tidy === undefined ? settled(requeueAfterMs) : doNow([tidy], requeueAfterMs);
  }
  const untilPoll = pollIntervalMs(repository, moment.wallMs);
  return doNow([fetch(repository, seen, cause)], seen.ownership === undefined ? untilPoll : AFTER_LOOK_MS);
}

function fetch(repository: RepositoryObject, seen: RepositoryObservation, cause: FetchCause): FetchMirror {
  const { spec, status } = repository;
  // What another branch or another repository held before was not rewritten.
  const isSame = status?.observedUrl === spec.url && status.observedBranch === spec.branch;
  return {
    type: 'FetchMirror',
    ...cause,
    blast: 'none',
    mirror: seen.mirror,
    url: spec.url,
    branch: spec.branch,
    previous: isSame ? status.commit : undefined,
    cloneHeads: seen.cloneHeads,
    ...compact({ credentials: spec.credentials }),
  };
}

function untilNextMs(repository: RepositoryObject, seen: RepositoryObservation, moment: Moment): number {
  return Math.min(untilPollMs(repository, moment.wallMs), untilHintedMs(repository, seen, moment) ?? Infinity);
}
