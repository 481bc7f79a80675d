import { findDialog } from './dialog-signature.ts';
import { GEMINI_DIALOGS, GEMINI_FAILURES } from './gemini-texts.ts';
import { findLastWords } from './last-words.ts';
import { findWaitMarker } from './parse-wait-marker.ts';
import { blockText, splitBlocks } from './screen-blocks.ts';
import type { ScreenBlock } from './screen-blocks.ts';
import { joinParagraph, lastLine, toScreenLines, trimBlankLines } from './screen-lines.ts';
import type { ClassifyOptions, ScreenState } from './screen-state.ts';
import { matchText } from './text-signature.ts';

/** Gemini's screen cut at its input box. */
export type GeminiFrame = { readonly above: readonly string[]; readonly draft?: string };

type GeminiTurn = Omit<ScreenState, 'box' | 'draft' | 'dialog'>;

const BOX_BOTTOM = /^▀{10,}$/;
const RULE = /^─{10,}$/;
const BOX_START = /^ [*>!](?: |$)/;
const FOOTER = /^ workspace \(/;
const PLACEHOLDER = /^Type your message(?: or @path\/to\/file)?$/;
const SHORTCUTS = /^\s{20,}\? for shortcuts$/;
const WORKING = /^ [\u2800-\u28ff] .*\(esc to cancel/;

/** Reads a screen of gemini (0.61.0). Its box has a rule above the frame, which tells it from a message that a person sent. */
export function classifyGemini(screen: string, options: ClassifyOptions): ScreenState {
  const lines = toScreenLines(screen);
  const lastWords = findLastWords(lines);
  if (lastWords !== undefined) return { state: 'Exited', box: 'None', evidence: lastWords };
  if (/^\s*╰─+╯$/.test(lastLine(lines))) return readFrameAtEnd(lines);
  const { above, draft } = splitGeminiFrame(lines);
  if (draft === undefined) {
    const state = lines.some((line) => /^[✦✕]/.test(line)) ? 'Unknown' : 'Starting';
    return { state, box: state === 'Starting' ? 'None' : 'Unknown', evidence: lastLine(lines) };
  }
  return { ...readTurn(above, options), ...(draft === '' ? { box: 'Empty' } : { box: 'Draft', draft }) };
}

/**
 * Finds gemini's input box: between the last rule in the first column and the footer that names the workspace. Its frame
 * is only drawn on terminals with 24-bit colour.
 */
export function splitGeminiFrame(lines: readonly string[]): GeminiFrame {
  const rule = lines.findLastIndex((line) => RULE.test(line));
  const footer = lines.findIndex((line, index) => index > rule && FOOTER.test(line));
  const start = lines.findIndex((line, index) => index > rule && index < footer && BOX_START.test(line));
  if (rule < 0 || start < 0) return { above: lines };
  const text = lines
    .slice(start, footer)
    .filter((line) => !BOX_BOTTOM.test(line))
    .map((line, index) => (index === 0 ? line.slice(2) : line).trim())
    .join('\n')
    .trim();
  return { above: lines.slice(0, rule), draft: PLACEHOLDER.test(text) ? '' : text };
}

function readFrameAtEnd(lines: readonly string[]): ScreenState {
  // Frames nest; the outer one begins in the same column as the last line.
  const indent = lastLine(lines).indexOf('╰');
  const frame = lines.slice(lines.findLastIndex((line) => line.indexOf('╭') === indent));
  const goodbye = frame.find((line) => line.includes('Agent powering down. Goodbye!'));
  if (goodbye !== undefined) return { state: 'Exited', box: 'None', evidence: goodbye.replaceAll('│', '').trim() };
  const dialog = findDialog(frame, GEMINI_DIALOGS);
  if (dialog === undefined) return { state: 'Unknown', box: 'None', evidence: lastLine(lines).trim() };
  return { ...dialog, evidence: dialog.evidence.replaceAll('│', '').trim(), box: 'None' };
}

function readTurn(above: readonly string[], options: ClassifyOptions): GeminiTurn {
  const lines = trimBlankLines(above.filter((line) => !SHORTCUTS.test(line)));
  const end = lastLine(lines);
  if (WORKING.test(end)) return { state: 'Busy', evidence: end.trim() };
  // What a person sent begins in the second column; messages of the model are indented further.
  const blocks = splitBlocks(lines.map((line) => (line.startsWith(' > ') ? line.trim() : line)));
  const last = blocks.findLast(({ head }) => /^[✦✕>╰]/.test(head));
  if (last === undefined) return { state: 'Idle', cause: 'Fresh', evidence: end.trim() };
  const cancelled = blocks.at(-1)?.head;
  if (cancelled === 'ℹ Request cancelled.') return { state: 'Idle', cause: 'Interrupted', evidence: cancelled };
  // A prompt without an answer was submitted a moment ago.
  if (last.head.startsWith('>')) return { state: 'Busy', evidence: last.head };
  return readOutcome(last, options);
}

function readOutcome(last: ScreenBlock, options: ClassifyOptions): GeminiTurn {
  if (last.head.startsWith('✕')) {
    const evidence = joinParagraph(blockText(last));
    return { ...(matchText(evidence, GEMINI_FAILURES) ?? { state: 'ApiError' as const }), evidence };
  }
  const waitMarker = last.head.startsWith('✦') ? findWaitMarker(blockText(last), options.waitMarker) : undefined;
  return { state: 'Idle', evidence: last.head, ...(waitMarker === undefined ? {} : { waitMarker }) };
}
