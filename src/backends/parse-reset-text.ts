import { offsetOf, toUtcMs, type LocalTime } from './local-time.ts';

/** When the words were read, and where: the time zone of the agent's own process counts for words without one. */
export type ResetMoment = { readonly nowMs: number; readonly timeZone: string };

/** A time that was over a few minutes ago has just come: the programs cut off the seconds, and clocks differ. */
const JUST_OVER_MS = 10 * 60_000;
const DAY_MS = 86_400_000;
const HALF_YEAR_MS = 183 * DAY_MS;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const ZONE = /\(([A-Za-z][A-Za-z0-9_+\-/]*)\)|\b(UTC|GMT)\b/;
const CLOCK =
  /(?<![\d:])(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s*(am|pm)\b|(?<![\d:])(\d{1,2}):(\d{2})(?::\d{2})?(?!\s*[ap]m)/i;
const DATE =
  /\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?(?!\d|:)/i;
const ISO = /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)/;
const SPAN = /(\d+)\s*(d(?:ays?)?|h(?:(?:ou)?rs?)?|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?)(?![a-z])/gi;
const UNIT_MS: Readonly<Record<string, number>> = { d: DAY_MS, h: 3_600_000, m: 60_000, s: 1000 };

/**
 * When a usage limit resets, epoch ms, by the words of a program: `5:44pm (UTC)`, `Nov 23, 4:28pm (UTC)`, `3:05 PM`,
 * `Nov 24th, 2026 9:30 AM`, `2 hours 5 minutes`, `1h12m3s`. A time of day that is over today is tomorrow's; one that
 * was over a few minutes ago is the one meant. Undefined when the words hold no time.
 */
export function parseResetText(text: string, moment: ResetMoment): number | undefined {
  const iso = ISO.exec(text)?.[0];
  if (iso !== undefined) return finite(Date.parse(iso.replace(' ', 'T')));
  const clock = readClock(text);
  if (clock === undefined) return readSpan(text, moment.nowMs);
  const zone = zoneOf(text, moment.timeZone);
  const date = readDate(text);
  return date === undefined
    ? nextTimeOfDay(clock, zone, moment.nowMs)
    : onDate({ ...date, ...clock }, zone, moment.nowMs);
}

type Clock = Pick<LocalTime, 'hour' | 'minute'>;

function readClock(text: string): Clock | undefined {
  const match = CLOCK.exec(text);
  if (match === null) return undefined;
  const [, hour12, minute12, half, hour24, minute24] = match;
  const minute = Number(minute12 ?? minute24 ?? 0);
  const hour = half === undefined ? Number(hour24) : (Number(hour12) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  const isTime = minute <= 59 && hour <= 23 && (half === undefined || Number(hour12) <= 12);
  return isTime ? { hour, minute } : undefined;
}

function readDate(text: string): { month: number; day: number; year?: number } | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const month = MONTHS.indexOf((match[1] ?? '').toLowerCase()) + 1;
  return { month, day: Number(match[2]), ...(match[3] === undefined ? {} : { year: Number(match[3]) }) };
}

function readSpan(text: string, nowMs: number): number | undefined {
  const parts = [...text.matchAll(SPAN)];
  if (parts.length === 0) return undefined;
  const spanMs = parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[(unit ?? '')[0]?.toLowerCase() ?? ''] ?? 0),
    0,
  );
  return nowMs + spanMs;
}

// A zone that nobody knows by that name is the abbreviation of the process's own.
function zoneOf(text: string, own: string): string {
  const match = ZONE.exec(text);
  const named = match?.[1] ?? match?.[2];
  return [named, own].find((zone) => zone !== undefined && offsetOf(0, zone) !== undefined) ?? 'UTC';
}

function nextTimeOfDay(clock: Clock, zone: string, nowMs: number): number | undefined {
  const candidates = [-1, 0, 1, 2].flatMap((days) => {
    const local = new Date(nowMs + (offsetOf(nowMs, zone) ?? 0) + days * DAY_MS);
    const date = { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() };
    return toUtcMs({ ...date, ...clock }, zone) ?? [];
  });
  return candidates.find((atMs) => atMs > nowMs - JUST_OVER_MS);
}

// A date without a year is the nearest one: what lies more than half a year back is next year's.
function onDate(local: Omit<LocalTime, 'year'> & { year?: number }, zone: string, nowMs: number): number | undefined {
  const thisYear = new Date(nowMs + (offsetOf(nowMs, zone) ?? 0)).getUTCFullYear();
  const years = local.year === undefined ? [thisYear - 1, thisYear, thisYear + 1] : [local.year];
  const candidates = years.flatMap((year) => toUtcMs({ ...local, year }, zone) ?? []);
  return candidates.find((atMs) => atMs > nowMs - HALF_YEAR_MS) ?? candidates.at(-1);
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
