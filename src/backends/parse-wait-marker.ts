const TIME = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)(?=$|[\s.,;)])/i;

/** How many lines a narrow terminal may spread one marker over. */
const MAX_WRAPPED_LINES = 3;

/**
 * The raw marker line of a message, or undefined. Only the last non-empty line counts: text after a marker means that
 * the agent went on. A marker that the terminal has wrapped is put together again, and only if that gives a time.
 */
export function findWaitMarker(message: readonly string[], marker: string): string | undefined {
  const lines = message.map(stripPrefix).filter((line) => line !== '');
  if (marker === '') return undefined;
  const last = lines.at(-1);
  if (last?.startsWith(marker)) return last;
  for (let count = 2; count <= MAX_WRAPPED_LINES; count += 1) {
    const tail = lines.slice(-count);
    if (tail.length < count || !tail[0]?.startsWith(marker)) continue;
    return [tail.join(' '), tail.join('')].find((line) => isExact(line, marker));
  }
  return undefined;
}

/**
 * When the declared wait ends, in milliseconds since the epoch, or `Malformed`. The time is ISO 8601 with `Z` or an
 * offset; words after it are ignored, a time without a zone is malformed because nobody can tell what it means.
 */
export function parseWaitMarker(line: string, marker: string): number | 'Malformed' {
  const text = stripPrefix(line);
  const match = text.startsWith(marker) ? TIME.exec(text.slice(marker.length).trim()) : null;
  return (match === null ? undefined : toEpochMs(match)) ?? 'Malformed';
}

function toEpochMs(match: RegExpExecArray): number | undefined {
  const numbers = match.slice(1, 7).map((part) => Number(part ?? 0));
  const days = toEpochDays(numbers.slice(0, 3));
  const seconds = toSecondsOfDay(numbers.slice(3));
  const offsetMinutes = parseOffsetMinutes(match[8] ?? 'Z');
  if (days === undefined || seconds === undefined || offsetMinutes === undefined) return undefined;
  const milliseconds = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  return ((days * 24 * 60 - offsetMinutes) * 60 + seconds) * 1000 + milliseconds;
}

function isExact(line: string, marker: string): boolean {
  const time = line.slice(marker.length).trim();
  return TIME.exec(time)?.[0] === time && parseWaitMarker(line, marker) !== 'Malformed';
}

function stripPrefix(line: string): string {
  return line.trim().replace(/^(?:[●•✦⎿]\s+)+/u, '');
}

function parseOffsetMinutes(zone: string): number | undefined {
  if (zone.toUpperCase() === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function toSecondsOfDay([hour = 0, minute = 0, second = 0]: readonly number[]): number | undefined {
  return hour <= 23 && minute <= 59 && second <= 59 ? (hour * 60 + minute) * 60 + second : undefined;
}

// Days from 1970-01-01 in the proleptic Gregorian calendar, counted in years that begin in March so that leap days come last.
function toEpochDays([year = 0, month = 0, day = 0]: readonly number[]): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
