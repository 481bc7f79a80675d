import { toScreenLines } from './screen-lines.ts';

const WORKING = /^[•◦] .*\(.*\besc to interrupt\)/;

/** Codex's screen without the blinking dot and the time that passed; what it works on, and how often it tried, stays. */
export function steadyCodex(screen: string): string {
  return toScreenLines(screen).map(steadyLine).join('\n');
}

function steadyLine(line: string): string {
  return WORKING.test(line) ? line.replace(/^[•◦]/, '•').replace(/\(.*$/, '').trimEnd() : line;
}
