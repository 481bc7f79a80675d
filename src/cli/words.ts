import { usageError } from './cli-error.ts';
import type { Parsed } from './flags.ts';

/** Refuses words where a command takes none. */
export function noWords({ words }: Parsed, command: string): void {
  const [first] = words;
  if (first !== undefined) throw usageError(`${command} takes no argument, but was given ${JSON.stringify(first)}`);
}

/** The only word; refuses none and more. `what` names it as help does. */
export function oneWord({ words }: Parsed, what: string): string {
  const [first, second] = words;
  if (first === undefined) throw usageError(`${what} is missing`);
  if (second !== undefined) throw usageError(`expected one ${what}, but was also given ${JSON.stringify(second)}`);
  return first;
}

/** The only word, or undefined. */
export function optionalWord(parsed: Parsed, what: string): string | undefined {
  return parsed.words.length === 0 ? undefined : oneWord(parsed, what);
}
