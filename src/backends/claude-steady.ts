import { splitClaudeFrame } from './claude-frame.ts';
import { toScreenLines } from './screen-lines.ts';

const SPINNER = /^[·✢✳✶✻✽*] /;
// `(1m 12s · ↓ 1.2k tokens · esc to interrupt)`: of what moves there only the tokens mean that something happened.
const TOKENS = /[↑↓] ?[\d.,]+k? tokens/;
/** Advice that changes by itself while a turn runs. */
const TIP = /^\s+⎿\s+Tip: /;
/** A tool at work, with the time that passed: `⎿  Running… (9s)`. */
const RUNNING = /^(\s+⎿\s+.*…) \([^)]*\)$/;

/**
 * Claude's screen with the spinner's glyph, its verb and the time that passed taken out, and the count of tokens left in.
 * What stands below the box is left out: a status line may show the time.
 */
export function steadyClaude(screen: string): string {
  const { above, draft } = splitClaudeFrame(toScreenLines(screen));
  const steady = above.filter((line) => !TIP.test(line)).map(steadyLine);
  return [...steady, draft ?? ''].join('\n');
}

function steadyLine(line: string): string {
  const running = RUNNING.exec(line)?.[1];
  if (running !== undefined) return running;
  if (!SPINNER.test(line) || !(line.includes('…') || line.includes('Retrying in'))) return line;
  const tokens = TOKENS.exec(line)?.[0] ?? '';
  const attempt = /attempt \d+/.exec(line)?.[0] ?? '';
  return `* ${tokens} ${attempt}`.trimEnd();
}
