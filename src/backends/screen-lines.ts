/** The lines of a capture: trailing blanks cut, no-break spaces made plain, empty lines at the end dropped. */
export function toScreenLines(screen: string): string[] {
  const lines = screen.split(/\r?\n/).map((line) => line.replaceAll('\u00a0', ' ').trimEnd());
  while (lines.length > 0 && lines.at(-1) === '') lines.pop();
  return lines;
}

/** The last line that is not empty, or an empty string. */
export function lastLine(lines: readonly string[]): string {
  return lines.findLast((line) => line !== '') ?? '';
}

/** The last line that matches, with its place, or undefined. */
export function findLastLine(lines: readonly string[], pattern: RegExp): { index: number; line: string } | undefined {
  const index = lines.findLastIndex((line) => pattern.test(line));
  return index < 0 ? undefined : { index, line: lines[index] ?? '' };
}

/** Lines of one paragraph as one string, for texts that the terminal has wrapped. */
export function joinParagraph(lines: readonly string[]): string {
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
}

/** Lines without the empty ones at both ends. */
export function trimBlankLines(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return first < 0 ? [] : lines.slice(first, last + 1);
}
