// Everything that a terminal acts on or that hides text: controls, direction marks, invisible marks, half characters.
// Joiners and variation selectors stay: emoji and several scripts need them, and they can not move a cursor.
const UNSAFE =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;
const UNSAFE_IN_LINES = new RegExp(UNSAFE.source.replace('\\p{Cc}', '[\\p{Cc}--[\\n\\t]]'), 'gv');

/** One line of text that a terminal shows and does not obey: whatever it would act on stands there as `\x1b` or `\u{202e}`. */
export function printable(text: string): string {
  return text.replaceAll(UNSAFE, escape);
}

/** Several lines of text that a terminal shows and does not obey; line feeds and tabs stay. */
export function printableLines(text: string): string {
  return text.replaceAll(UNSAFE_IN_LINES, escape);
}

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escape(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return NAMED[char] ?? (code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`);
}
