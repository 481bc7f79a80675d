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

const BOX_TOP = /^▄{10,}$/;
const BOX_BOTTOM = /^▀{10,}$/;
const RULE = /^─{10,}$/;
const PLACEHOLDER = /^Type your message(?: or @path\/to\/file)?$/;
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

/** Finds gemini's input box. */
export function splitGeminiFrame(lines: readonly string[]): GeminiFrame {
  const bottom = lines.findLastIndex((line) => BOX_BOTTOM.test(line));
  const top = lines.findLastIndex((line, index) => index < bottom && BOX_TOP.test(line));
  const rule = lines.findLastIndex((line, index) => index < top && RULE.test(line));
  if (top < 0 || rule < 0 || top - rule > 3 || lines.slice(bottom + 1).some((line) => /^\s*╭/.test(line)))
    return { above: lines };
  const text = lines
    .slice(top + 1, bottom)
    .map((line, index) => (index === 0 ? line.replace(/^ \S(?= |$)/, '') : line).trim())
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
  const lines = trimBlankLines(above.filter((line) => !/^\s{20,}\? for shortcuts$/.test(line)));
  const end = lastLine(lines);
  if (WORKING.test(end)) return { state: 'Busy', evidence: end.trim() };
  const blocks = splitBlocks(lines);
  const last = blocks.findLast(({ head }) => /^[✦✕▀╰]/.test(head));
  if (last === undefined) return { state: 'Idle', cause: 'Fresh', evidence: end.trim() };
  const cancelled = blocks.at(-1)?.head;
  if (cancelled === 'ℹ Request cancelled.') return { state: 'Idle', cause: 'Interrupted', evidence: cancelled };
  // What a person sent ends with the lower edge of its frame; without an answer the turn has only begun.
  if (last.head.startsWith('▀'))
    return { state: 'Busy', evidence: lines.findLast((line) => line.startsWith(' > ')) ?? last.head };
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
