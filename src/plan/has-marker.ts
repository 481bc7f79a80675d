import { markdownLines } from './phase/markdown-lines.ts';

/**
 * True when a line of the Markdown text begins with the marker and the file itself says it: not indented, quoted, in
 * code or in a comment. More words may follow on the line, but not as a part of the marker's last word.
 */
export function hasMarker(text: string, marker: string): boolean {
  return markerLine(text, marker) >= 0;
}

/**
 * What stands behind the first such line and below it, up to the next heading, as one line of plain text of at most
 * `maxLength` characters; empty when nothing does, undefined without the marker.
 */
export function textUnder(text: string, marker: string, maxLength: number): string | undefined {
  const at = markerLine(text, marker);
  if (at < 0) return undefined;
  const lines = markdownLines(text);
  const rest = lines.slice(at + 1);
  const end = rest.findIndex(({ text: line, isSaid }) => isSaid && /^ {0,3}#{1,6}([ \t]|$)/.test(line));
  const below = (end < 0 ? rest : rest.slice(0, end)).map(({ text: line }) => line);
  const behind = (lines[at]?.text ?? '').slice(marker.length, 8 * maxLength).replace(/^[\s:,.–—-]+/, '');
  const said = [behind, below.join('\n').slice(0, 8 * maxLength)].map((part) =>
    plain(part.replaceAll(/<!--[\s\S]*?(-->|$)/g, ' ')),
  );
  return cut(said.filter((part) => part !== '').join('; '), maxLength);
}

function markerLine(text: string, marker: string): number {
  return markdownLines(text).findIndex(({ text: line, isSaid }) => isSaid && beginsWith(line, marker));
}

const WORD = /[\p{L}\p{N}_]/u;

function beginsWith(line: string, marker: string): boolean {
  if (!line.startsWith(marker)) return false;
  const [next = ''] = line.slice(marker.length);
  return !(WORD.test(marker.slice(-1)) && WORD.test(next));
}

// Nothing that a terminal would act on, and no full stop at the end: it becomes a part of other sentences.
function plain(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .replace(/[.\s]+$/, '');
}

function cut(text: string, maxLength: number): string {
  const chars = [...text];
  return chars.length <= maxLength ? text : `${chars.slice(0, maxLength - 1).join('')}…`;
}
