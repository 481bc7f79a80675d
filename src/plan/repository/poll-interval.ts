import { parseDurationMs } from '#api/quantity.ts';
import type { RepositoryObject } from '#api/repository.ts';
import { fromIso } from '#api/time.ts';

import { shortHash } from '../short-hash.ts';

/** How far one wait may be from the interval, as a part of it. */
const JITTER = 0.1;

/** How long to wait after the look at `lookedAtMs`: the interval, up to a tenth more or less, so that many repositories do not ask one server at once. The same for the same look. */
export function pollIntervalMs({ metadata, spec }: RepositoryObject, lookedAtMs: number): number {
  const share = Number.parseInt(shortHash(`${metadata.name} ${lookedAtMs}`), 16) / 0xffffffff;
  return Math.round(parseDurationMs(spec.interval) * (1 + JITTER * (2 * share - 1)));
}

/** How long until the remote is polled again, ms; 0 or less when it is time. */
export function untilPollMs(repository: RepositoryObject, nowMs: number): number {
  const lookedAtMs = lastLookMs(repository);
  // After a clock that jumped back, a look in the future would hold everything up: how long ago it was is not known.
  return lookedAtMs > nowMs ? 0 : lookedAtMs + pollIntervalMs(repository, lookedAtMs) - nowMs;
}

/** When the remote was asked last, epoch ms; 0 when it never was. */
export function lastLookMs({ status }: RepositoryObject): number {
  return fromIso(status?.attemptedAt) ?? fromIso(status?.fetchedAt) ?? 0;
}
