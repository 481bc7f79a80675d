/** A time as a clock on a wall shows it. `month` counts from 1. */
export type LocalTime = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
};

const DAY_MS = 86_400_000;

/** How far a time zone is ahead of UTC at that moment (epoch ms), in ms; undefined when nobody knows the zone by that name. */
export function offsetOf(atMs: number, zone: string): number | undefined {
  const format = formatOf(zone);
  if (format === undefined) return undefined;
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return local - Math.floor(atMs / 1000) * 1000;
}

/**
 * The moment, epoch ms, at which clocks of that zone show this time: where they show it twice the second time, because
 * too late is better than too early; where they jump over it, the moment of the jump plus what is missing. Undefined for
 * a date that does not exist or a zone that nobody knows.
 */
export function toUtcMs(local: LocalTime, zone: string): number | undefined {
  const wallMs = Date.UTC(local.year, local.month - 1, local.day, local.hour, local.minute);
  if (new Date(wallMs).getUTCDate() !== local.day) return undefined;
  // The offsets a day before and after are the only two that can hold around this time.
  const offsets = [offsetOf(wallMs - DAY_MS, zone), offsetOf(wallMs + DAY_MS, zone)].filter(
    (offset) => offset !== undefined,
  );
  const exact = offsets
    .map((offset) => wallMs - offset)
    .filter((atMs) => atMs + (offsetOf(atMs, zone) ?? 0) === wallMs);
  const [first] = offsets;
  return first === undefined ? undefined : exact.length > 0 ? Math.max(...exact) : wallMs - first;
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric' } as const;
  const time = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, ...numeric, ...time });
  } catch {
    return undefined;
  }
}
