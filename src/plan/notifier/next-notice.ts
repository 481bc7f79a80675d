import type { Notice } from '#api/notifier-status.ts';
import { fromIso } from '#api/time.ts';

import type { Books } from './books.ts';

/** No message is held back for longer: a later time is from before a jump of the clock. */
const HELD_MAX_MS = 10 * 60_000;

/** The message to try now: the oldest that is due, so that one that fails holds up no other. */
export function nextNotice({ outbox }: Books, nowMs: number): Notice | undefined {
  return outbox.find((notice) => dueInMs(notice, nowMs) === 0);
}

/** Time until a message may be tried, in ms. */
export function dueInMs({ notBefore }: Notice, nowMs: number): number {
  const leftMs = (fromIso(notBefore) ?? nowMs) - nowMs;
  return leftMs > HELD_MAX_MS ? 0 : Math.max(0, leftMs);
}
