/** Which part of a Markdown text a heading begins: its own line and what follows, up to the next heading of the same or a higher level. */
type Heading = { readonly line: number; readonly level: number; readonly title: string };

/** The part of a text under a heading, without blank lines at its end; empty when there is no such heading. Several parts of that name count as one. */
export function sectionOf(text: string, heading: string): string {
  const lines = linesOf(text);
  return rangesOf(lines, heading)
    .map(([from, to]) => lines.slice(from, to).join('\n').trimEnd())
    .join('\n');
}

/** The text without the parts under these headings, and without the blank lines around them. */
export function withoutSections(text: string, headings: readonly string[]): string {
  const lines = linesOf(text);
  const gone = headings.flatMap((heading) => rangesOf(lines, heading));
  const kept = lines.filter((_, index) => !gone.some(([from, to]) => from <= index && index < to));
  return kept.filter((line) => line.trim() !== '').join('\n');
}

function linesOf(text: string): readonly string[] {
  return text.replace(/^\uFEFF/, '').split(/\r?\n/);
}

function rangesOf(lines: readonly string[], wanted: string): readonly (readonly [number, number])[] {
  const headings = headingsOf(lines);
  const [, hashes = '', title = ''] = /^(#{0,6})\s*(.*?)\s*$/.exec(wanted) ?? [];
  return headings.flatMap((heading, index) => {
    const isWanted = heading.title === title && (hashes === '' || hashes.length === heading.level);
    if (!isWanted) return [];
    const next = headings.slice(index + 1).find(({ level }) => level <= heading.level);
    return [[heading.line, next?.line ?? lines.length] as const];
  });
}

/** Headings that begin with `#`, outside code fences. */
function headingsOf(lines: readonly string[]): readonly Heading[] {
  let fence = '';
  return lines.flatMap((text, line) => {
    const wasInside = fence !== '';
    fence = fenceAfter(text, fence);
    const [, hashes = '', title = ''] = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/.exec(text) ?? [];
    return wasInside || hashes === '' ? [] : [{ line, level: hashes.length, title: title.trim() }];
  });
}

/** The fence that is open after a line, empty when none is. */
function fenceAfter(text: string, open: string): string {
  const [, mark = '', rest = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(text) ?? [];
  if (open === '') return mark;
  return mark.startsWith(open) && rest.trim() === '' ? '' : open;
}
