/**
 * True when a path from the root of a repository fits a pattern: `*` and `?` stand for characters within one name, `**`
 * for any number of folders; everything else means itself. A pattern that ends with `/` means all below that folder.
 */
export function fitsPattern(path: string, pattern: string): boolean {
  const parts = path.split('/');
  const patterns = (pattern.endsWith('/') ? `${pattern}**` : pattern).split('/');
  return reaches(parts.length, patterns, (at, one) => {
    if (one === '**') return upTo(at, parts.length);
    const name = parts[at];
    return name !== undefined && fitsName(name, one) ? [at + 1] : [];
  });
}

function fitsName(name: string, pattern: string): boolean {
  return reaches(name.length, [...pattern], (at, char) => {
    if (char === '*') return upTo(at, name.length);
    return at < name.length && (char === '?' || name.startsWith(char, at)) ? [at + char.length] : [];
  });
}

/** Whether the steps can lead from 0 to the end. All places are followed at once, so that no pattern takes long. */
function reaches(
  end: number,
  steps: readonly string[],
  next: (at: number, step: string) => readonly number[],
): boolean {
  const places = steps.reduce((from, step) => new Set([...from].flatMap((at) => next(at, step))), new Set([0]));
  return places.has(end);
}

function upTo(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
