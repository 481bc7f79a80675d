import { CLAUDE_DIALOGS, CLAUDE_ONBOARDING } from './claude-dialogs.ts';
import { splitClaudeFrame } from './claude-frame.ts';
import { CLAUDE_REFUSALS, CLAUDE_RESET } from './claude-texts.ts';
import { readClaudeTurn } from './claude-turn.ts';
import { findDialog } from './dialog-signature.ts';
import { findLastWords } from './last-words.ts';
import { findLastLine, toScreenLines } from './screen-lines.ts';
import type { ClassifyOptions, ScreenState } from './screen-state.ts';
import { matchText } from './text-signature.ts';

const OWN_LAST_WORDS = [/^claude --resume [0-9a-f-]{36}$/];
// Shown at the right end of the footer for as long as no account is there; the agent can not write below its box.
// Shown below the box while a turn runs, also while text streams, when there is no spinner. A status line takes its place.
const MID_TURN_FOOTER = /(?:^|·)\s*esc to interrupt(?:\s|$)/;
const LOGGED_OUT_FOOTER = /\sNot logged in · Run \/login$/;

/**
 * Reads a screen of claude (2.1.197). Position decides, not words: the input box between the two last rules means that
 * no dialog is open, the last line in the first column says whether a turn runs, and only the block that ended the turn
 * can be an error.
 */
export function classifyClaude(screen: string, options: ClassifyOptions): ScreenState {
  const lines = toScreenLines(screen);
  const lastWords = findLastWords(lines, OWN_LAST_WORDS);
  if (lastWords !== undefined) return readDeath(lines, lastWords);
  const frame = splitClaudeFrame(lines);
  if (frame.draft === undefined) return classifyWithoutBox(lines, frame.dialogArea);
  const box = frame.draft === '' ? { box: 'Empty' as const } : { box: 'Draft' as const, draft: frame.draft };
  const turn = readClaudeTurn(frame.above, options);
  const running = frame.below.find((line) => MID_TURN_FOOTER.test(line));
  if (['Idle', 'Unknown'].includes(turn.state) && running !== undefined)
    return { state: 'Busy', evidence: running.trim(), ...box };
  const footer = frame.below.find((line) => LOGGED_OUT_FOOTER.test(line));
  if (turn.state === 'Idle' && footer !== undefined) return { state: 'AuthRequired', evidence: footer.trim(), ...box };
  return { ...turn, ...box };
}

function readDeath(lines: readonly string[], lastWords: string): ScreenState {
  const hasBox = splitClaudeFrame(lines).draft !== undefined;
  return (hasBox ? undefined : findRefusal(lines)) ?? { state: 'Exited', box: 'None', evidence: lastWords };
}

function classifyWithoutBox(lines: readonly string[], dialogArea: readonly string[]): ScreenState {
  const dialog = findDialog(dialogArea, CLAUDE_DIALOGS) ?? findDialog(lines, CLAUDE_ONBOARDING);
  if (dialog !== undefined) {
    const resetText = dialog.state === 'UsageLimited' ? findResetText(lines) : undefined;
    return { ...dialog, box: 'None', ...(resetText === undefined ? {} : { resetText }) };
  }
  const refusal = findRefusal(lines);
  if (refusal !== undefined) return refusal;
  const hasConversation = lines.some((line) => /^[●❯✻](?: |$)/.test(line));
  const state = hasConversation ? 'Unknown' : 'Starting';
  return { state, box: hasConversation ? 'Unknown' : 'None', evidence: lines.at(-1) ?? '' };
}

function findRefusal(lines: readonly string[]): ScreenState | undefined {
  if (lines.some((line) => /^[●❯✻](?: |$)/.test(line))) return undefined;
  for (const line of lines) {
    const match = matchText(line, CLAUDE_REFUSALS);
    if (match !== undefined) return { ...match, box: 'None', evidence: line.trim() };
  }
  return undefined;
}

function findResetText(lines: readonly string[]): string | undefined {
  const found = findLastLine(lines, /^\s+⎿\s+You['’]ve (?:hit|reached) your /);
  return found === undefined ? undefined : CLAUDE_RESET.exec(found.line)?.[1];
}
