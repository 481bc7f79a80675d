import type { Paint } from './paint.ts';
import { printable } from './printable.ts';
import { written } from './render-applied.ts';

/** One line of the controller's log for a person; a line that is no JSON stays as it is. */
export function renderLogLine(line: string, paint: Paint): string {
  const entry = parse(line);
  if (entry === undefined) return printable(line);
  const { time, level, msg, key, action, reason, why, ...rest } = entry;
  const subject = typeof key === 'string' ? written(key) : '';
  const what = typeof action === 'string' ? `${action}${reason === undefined ? '' : ` (${text(reason)})`}` : '';
  const more = Object.entries(rest).map(([name, value]) => `${name}=${text(value)}`);
  const words = [subject, text(msg), what, text(why), ...more].filter((word) => word !== '');
  return `${paint.dim(clock(text(time)))} ${levelMark(text(level), paint)} ${printable(words.join('  '))}`;
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function clock(time: string): string {
  return time.slice(0, 19).replace('T', ' ') || '-';
}

function levelMark(level: string, paint: Paint): string {
  const padded = level.padEnd(5);
  if (level === 'warn') return paint.yellow(padded);
  return level === 'error' ? paint.red(padded) : padded;
}
