const ASCII = /^[\x20-\x7e]*$/;
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const EMOJI = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|\p{Regional_Indicator}/u;
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]/u;
const COLOR = /\x1b\[[0-9;]*m/g;

/** Cells that a line takes on a terminal; colours take none. */
export function displayWidth(line: string): number {
  const text = line.includes('\x1b') ? line.replaceAll(COLOR, '') : line;
  if (ASCII.test(text)) return text.length;
  return graphemes(text).reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0);
}

/** The line cut to so many cells, with `…` in the last one when something is missing. Without colours. */
export function truncate(line: string, cells: number): string {
  if (displayWidth(line) <= cells) return line;
  let used = 0;
  let kept = '';
  for (const grapheme of graphemes(line)) {
    used += graphemeWidth(grapheme);
    if (used > cells - 1) break;
    kept += grapheme;
  }
  return `${kept}…`;
}

function graphemes(text: string): readonly string[] {
  return Array.from(new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text), ({ segment }) => segment);
}

function graphemeWidth(grapheme: string): number {
  if (ZERO.test(grapheme)) return 0;
  return EMOJI.test(grapheme) || WIDE.test(grapheme) ? 2 : 1;
}
