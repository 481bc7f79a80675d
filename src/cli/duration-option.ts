import { DURATION_RULE, isDuration, parseDurationMs } from '#api/quantity.ts';

import { usageError } from './cli-error.ts';
import type { Parsed } from './flags.ts';

/** The milliseconds of an option such as `--timeout 5m`. */
export function durationOption(parsed: Parsed, name: string, presetMs: number): number {
  const text = parsed.text(name);
  if (text === undefined) return presetMs;
  if (!isDuration(text)) throw usageError(`option --${name} ${DURATION_RULE}, not ${JSON.stringify(text)}`);
  return parseDurationMs(text);
}
