import { isDuration, parseDurationMs } from '#api/quantity.ts';

import { usageError } from './cli-error.ts';
import type { Flags, Parsed } from './flags.ts';

/** The reason of an order. */
export const WHY_FLAG = {
  why: { value: 'TEXT', help: 'the reason, shown wherever the order is' },
} as const satisfies Flags;

/** When an order lifts itself. */
export const UNTIL_FLAG = {
  until: { value: 'TIME', help: 'lift it by itself: after 2h, or at 2030-01-31T18:00:00Z' },
} as const satisfies Flags;

/** An end of an order as it was written: a span from now, or a time. */
export type Until = { readonly afterMs: number } | { readonly at: string };

/** Reads `--until`. */
export function untilOption(parsed: Parsed): Until | undefined {
  const text = parsed.text('until');
  if (text === undefined) return undefined;
  if (isDuration(text)) return { afterMs: parseDurationMs(text) };
  const atMs = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(atMs))
    throw usageError(
      `option --until must be a duration such as 2h, or a time such as 2030-01-31T18:00:00Z, not ${JSON.stringify(text)}`,
    );
  return { at: new Date(atMs).toISOString() };
}

/** The time that an order ends, ISO 8601. Throws a usage error for one that is over. */
export function endOf(until: Until | undefined, nowMs: number): string | undefined {
  if (until === undefined) return undefined;
  const at = 'at' in until ? until.at : new Date(nowMs + until.afterMs).toISOString();
  if (Date.parse(at) <= nowMs) throw usageError(`option --until must be a time to come, but ${at} is over`);
  return at;
}
