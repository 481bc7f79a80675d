import { lastLine } from './screen-lines.ts';

// `Pane is dead` is tmux's own line (3.3a) below the screen that the program left; `EXIT 1` and `EXIT=1` are what a wrapping script prints.
const DEATH = [/^Pane is dead\b/, /^EXIT[ =]\d+$/];

/** The line that says the program in the pane has ended, or undefined. It counts only as the very last line of the screen. */
export function findLastWords(lines: readonly string[], ownWords: readonly RegExp[] = []): string | undefined {
  const last = lastLine(lines);
  return [...DEATH, ...ownWords].some((pattern) => pattern.test(last)) ? last : undefined;
}
