import { toScreenLines } from './screen-lines.ts';

// `⠙ Thinking... (esc to cancel, 1m 9s)`: glyph, words and time move by themselves.
const WORKING = /^ [\u2800-\u28ff] .*\(esc to cancel/;

/** Gemini's screen without the line of its spinner's glyph, its changing words and the time that passed. */
export function steadyGemini(screen: string): string {
  return toScreenLines(screen)
    .map((line) => (WORKING.test(line) ? ' working' : line))
    .join('\n');
}
