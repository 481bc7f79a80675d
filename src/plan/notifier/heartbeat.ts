import type { NotifierStatus } from '#api/notifier-status.ts';
import { activeOrder } from '#api/operator.ts';
import { parseDurationMs } from '#api/quantity.ts';
import { fromIso, toIso } from '#api/time.ts';

import type { NotifierCase } from './books.ts';

type Heartbeat = NonNullable<NotifierStatus['heartbeat']>;

/** After a failed attempt the next one comes after this time, or after `every` when that is shorter. */
const RETRY_MS = 30_000;

/** When the next heartbeat is due, in ms from now: 0 when it is. Undefined when none is wanted. */
export function heartbeatInMs({ notifier, nowMs }: NotifierCase): number | undefined {
  const { heartbeat } = notifier.spec;
  if (heartbeat === undefined) return undefined;
  const last = notifier.status?.heartbeat;
  const gapMs = last !== undefined && last.failures > 0 ? Math.min(RETRY_MS, everyMs(notifier)) : everyMs(notifier);
  const leftMs = (fromIso(last?.at) ?? -Infinity) + gapMs - nowMs;
  // A last one that lies ahead by more than a gap is from before a jump of the clock.
  return leftMs > gapMs ? 0 : Math.max(0, leftMs);
}

/**
 * What the next heartbeat says. Time without progress counts only as far as the controller watched: its own downtime, a
 * suspended host and a clock that jumps add at most two intervals.
 */
export function nextHeartbeat(at: NotifierCase): Heartbeat {
  const { notifier, seen, nowMs } = at;
  const now = toIso(nowMs);
  const { progress } = seen.standing;
  const last: Heartbeat = notifier.status?.heartbeat ?? FIRST;
  const isNew = last.progress !== progress;
  const rest = restOf(at);
  const gapMs = Math.min(Math.max(0, nowMs - (fromIso(last.at) ?? nowMs)), 2 * everyMs(notifier));
  const quietMs = isNew || rest !== undefined ? 0 : last.quietMs + gapMs;
  const state = rest ?? (isTooQuiet(at, quietMs) ? 'NoProgress' : 'Working');
  return { at: now, state, progress, progressAt: isNew ? now : last.progressAt, quietMs, failures: last.failures };
}

const FIRST: Heartbeat = { at: '', state: 'Working', progress: '', progressAt: '', quietMs: 0, failures: 0 };

// Silence that somebody ordered, or that comes with the end of the work, is no lack of progress.
function restOf({ seen, nowMs }: NotifierCase): 'Stopped' | 'Complete' | undefined {
  if (activeOrder(seen.stopped, nowMs) !== undefined) return 'Stopped';
  return seen.standing.isComplete ? 'Complete' : undefined;
}

function isTooQuiet({ notifier }: NotifierCase, quietMs: number): boolean {
  const within = notifier.spec.heartbeat?.requireProgressWithin;
  return within !== undefined && quietMs >= parseDurationMs(within);
}

/** Where a heartbeat goes: `/fail` is added to the path of one that must not count as a sign of life. */
export function heartbeatUrl(url: string, state: Heartbeat['state']): string {
  const [, path = url, query = ''] = /^([^?#]*)(.*)$/.exec(url) ?? [];
  return state === 'NoProgress' ? `${path.replace(/\/$/, '')}/fail${query}` : url;
}

function everyMs({ spec }: NotifierCase['notifier']): number {
  return Math.max(1000, parseDurationMs(spec.heartbeat?.every ?? '5m'));
}
