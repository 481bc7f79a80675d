import { toScreenLines } from './screen-lines.ts';

const SPINNER = /^[·✢✳✶✻✽*] /;
// `(1m 12s · ↓ 1.2k tokens · esc to interrupt)`: of what moves there only the tokens mean that something happened.
const TOKENS = /[↑↓] ?[\d.,]+k? tokens/;

/** Claude's screen with the spinner's glyph, its verb and the time that passed taken out, and the count of tokens left in. */
export function steadyClaude(screen: string): string {
  return toScreenLines(screen).map(steadyLine).join('\n');
}

function steadyLine(line: string): string {
  if (!SPINNER.test(line) || !(line.includes('…') || line.includes('Retrying in'))) return line;
  const tokens = TOKENS.exec(line)?.[0] ?? '';
  const attempt = /attempt \d+/.exec(line)?.[0] ?? '';
  return `* ${tokens} ${attempt}`.trimEnd();
}
