import type { StoredEvent } from '#store/store.ts';

import { ageOf } from './object-table.ts';
import { printable } from './printable.ts';
import { written } from './render-applied.ts';

/** A row per event; `withObject` adds what it is about. */
export function eventRows(
  events: readonly StoredEvent[],
  nowMs: number,
  withObject: boolean,
): readonly (readonly string[])[] {
  return events.map(({ at, type, reason, about, message, count }) => [
    ageOf(at, nowMs),
    type,
    printable(reason),
    ...(withObject ? [printable(written(about))] : []),
    printable(count > 1 ? `${message} (${String(count)} times)` : message),
  ]);
}
