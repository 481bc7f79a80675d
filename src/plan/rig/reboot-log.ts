const HEADING = '## Reboots';

/** How many reboots a log lists: the entries of the list under the heading, whoever wrote them. */
export function countReboots(text: string): number {
  const lines = linesOf(text);
  const { from, to } = sectionOf(lines);
  return lines.slice(from, to).filter(isEntry).length;
}

/** The log with one more entry at the end of the list; every other line stays as it is. `text` is undefined when there is no log yet. */
export function addReboot(text: string | undefined, entry: string): string {
  if (text === undefined) return `# Reboots of this host\n\n${HEADING}\n\n- ${entry}\n`;
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = linesOf(text);
  const { from, to } = sectionOf(lines);
  if (from === undefined) {
    const before = [...lines.slice(0, lastFilled(lines, 0, lines.length) + 1)];
    return [...before, ...(before.length === 0 ? [] : ['']), HEADING, '', `- ${entry}`, ''].join(end);
  }
  const at = lastFilled(lines, from, to) + 1;
  const isFirst = at === from;
  const rest = lines.slice(at);
  const tail = rest.length === 0 ? [''] : rest;
  return [...lines.slice(0, at), ...(isFirst ? [''] : []), `- ${entry}`, ...tail].join(end);
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/);
}

// From the line after the heading to the next heading of its level or above.
function sectionOf(lines: readonly string[]): { from: number | undefined; to: number } {
  const heading = lines.findIndex((line) => line.trimEnd() === HEADING);
  if (heading < 0) return { from: undefined, to: 0 };
  const length = lines.slice(heading + 1).findIndex((line) => /^#{1,2} /.test(line));
  return { from: heading + 1, to: length < 0 ? lines.length : heading + 1 + length };
}

function lastFilled(lines: readonly string[], from: number, to: number): number {
  for (let at = to - 1; at >= from; at -= 1) if (lines[at]?.trim() !== '') return at;
  return from - 1;
}

function isEntry(line: string): boolean {
  return /^(?:[-*+]|\d+[.)]) /.test(line);
}
