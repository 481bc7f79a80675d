import { CODEX_DIALOG_FOOTER, CODEX_DIALOGS, CODEX_FAILURES, CODEX_RESET } from './codex-texts.ts';
import { findDialog } from './dialog-signature.ts';
import { findLastWords } from './last-words.ts';
import { findWaitMarker } from './parse-wait-marker.ts';
import { blockText, splitBlocks } from './screen-blocks.ts';
import { joinParagraph, lastLine, toScreenLines, trimBlankLines } from './screen-lines.ts';
import type { ClassifyOptions, ScreenState } from './screen-state.ts';
import { matchText } from './text-signature.ts';

/** Codex's screen cut at its input line. */
export type CodexFrame = { readonly above: readonly string[]; readonly draft?: string };

type CodexTurn = Omit<ScreenState, 'box' | 'draft' | 'dialog'>;

const PLACEHOLDER = 'Ask Codex to do anything';
const WORKING = /^[•◦] .*\(.*\besc to interrupt\)/;
const RETRYING = /^[•◦] Reconnecting\.\.\./;
const WORKED = /^ {2}Worked for .+ • \d{1,2}:\d\d/;
const NOTICE = /^\s{12,}⚠ /;
const OWN_LAST_WORDS = [
  /^To continue this session, run codex resume /,
  /^ {2}codex resume [0-9a-f-]{36}$/,
  /^Or run codex resume and select /,
];

/** Reads a screen of codex (0.169.0). Streaming text carries no mark of being unfinished there, so such a screen is Unknown. */
export function classifyCodex(screen: string, options: ClassifyOptions): ScreenState {
  const lines = toScreenLines(screen);
  const lastWords = findLastWords(lines, OWN_LAST_WORDS);
  if (lastWords !== undefined) return { state: 'Exited', box: 'None', evidence: lastWords };
  if (CODEX_DIALOG_FOOTER.test(lastLine(lines))) return readDialog(lines);
  const { above, draft } = splitCodexFrame(lines);
  if (draft === undefined) {
    const state = lines.some((line) => /^[•■›]/.test(line)) ? 'Unknown' : 'Starting';
    return { state, box: state === 'Starting' ? 'None' : 'Unknown', evidence: lastLine(lines) };
  }
  return { ...readTurn(above, options), ...(draft === '' ? { box: 'Empty' } : { box: 'Draft', draft }) };
}

/** Finds codex's input line: the last `›` in the first column, with the footer that names model and folder below it. */
export function splitCodexFrame(lines: readonly string[]): CodexFrame {
  const start = lines.findLastIndex((line) => /^›(?: |$)/.test(line));
  const footer = lines.findIndex(
    (line, index) => index > start && lines[index - 1] === '' && /^ {2}\S.* · \S/.test(line),
  );
  if (start < 0 || footer < 0) return { above: lines };
  const text = joinBox(lines.slice(start, footer));
  return { above: lines.slice(0, start), draft: text === PLACEHOLDER ? '' : text };
}

function joinBox(box: readonly string[]): string {
  return trimBlankLines(box.map((line) => line.replace(/^›/, '').trim())).join('\n');
}

function readDialog(lines: readonly string[]): ScreenState {
  const dialog = findDialog(lines, CODEX_DIALOGS);
  const evidence = lastLine(lines).trim();
  if (dialog === undefined) return { state: 'AwaitingInput', dialog: 'Other', box: 'None', evidence };
  if (dialog.dialog !== 'UsageLimitOptions') return { ...dialog, box: 'None' };
  // The offer to switch models also comes as a mere warning; only the line above it says that the limit is reached.
  const start = lines.findLastIndex((line) => line.startsWith('■ '));
  const turn =
    start < 0
      ? undefined
      : readTurn(lines.slice(start, lines.indexOf('  Approaching rate limits')), { waitMarker: '' });
  return turn?.state === 'UsageLimited' ? { ...turn, dialog: dialog.dialog, box: 'None' } : { ...dialog, box: 'None' };
}

function readTurn(above: readonly string[], options: ClassifyOptions): CodexTurn {
  const lines = trimBlankLines(above.filter((line) => !NOTICE.test(line)));
  const failureStart = lines.findLastIndex((line) => line.startsWith('■ '));
  if (failureStart >= 0 && !lines.slice(failureStart + 1).includes('')) return readFailure(lines.slice(failureStart));
  const blocks = splitBlocks(lines);
  const last = blocks.findLast(({ head }) => /^[•◦›✔]/.test(head));
  if (last === undefined) return { state: 'Idle', cause: 'Fresh', evidence: lines[0]?.trim() ?? '' };
  if (WORKING.test(last.head) || last.head.startsWith('›')) return readRunning(last.head);
  const worked = last.rest.findLastIndex((line) => WORKED.test(line));
  if (worked < 0) return { state: 'Unknown', evidence: last.head };
  const message = blockText({ head: last.head, rest: last.rest.slice(0, worked) });
  const isToolCall = last.rest.some((line) => /^ {2}└/.test(line));
  const waitMarker = isToolCall ? undefined : findWaitMarker(message, options.waitMarker);
  const evidence = (last.rest[worked] ?? '').trim();
  return { state: 'Idle', evidence, ...(waitMarker === undefined ? {} : { waitMarker }) };
}

function readRunning(evidence: string): CodexTurn {
  return RETRYING.test(evidence) ? { state: 'Busy', evidence, isRetrying: true } : { state: 'Busy', evidence };
}

function readFailure(lines: readonly string[]): CodexTurn {
  const evidence = joinParagraph(lines).replace(/^■ /, '');
  const match = matchText(evidence, CODEX_FAILURES) ?? { state: 'ApiError' as const };
  const resetText = match.state === 'UsageLimited' ? CODEX_RESET.exec(evidence)?.[1] : undefined;
  return { ...match, evidence, ...(resetText === undefined ? {} : { resetText }) };
}
