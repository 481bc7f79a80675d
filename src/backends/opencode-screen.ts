import { findLastWords } from './last-words.ts';
import { OPENCODE_SPENT } from './opencode-failures.ts';
import { findWaitMarker } from './parse-wait-marker.ts';
import { lastLine, toScreenLines, trimBlankLines } from './screen-lines.ts';
import type { ClassifyOptions, ScreenState } from './screen-state.ts';

/** Opencode's screen cut at its input box. */
export type OpencodeFrame = {
  readonly above: readonly string[];
  readonly draft?: string;
  readonly footer: readonly string[];
};

type OpencodeTurn = Omit<ScreenState, 'box' | 'draft' | 'dialog'>;

const BOX_BOTTOM = /^\s*╹▀{10,}/;
const BOX_LINE = /^\s*┃/;
const PLACEHOLDER = /^Ask anything…/;
const WORKING = /\besc (?:again to )?interrupt\b/;
const RETRYING = /\[retrying in ([\w ]+) attempt #\d+\]/;
/** A pause that is told in hours or days is no hiccup. */
const LONG_PAUSE = /\d[hd]\b/;
const TURN = /^\s*▣ {2}\S/;
const TURN_DONE = / · [\d.hms ]+s$/;
const OWN_LAST_WORDS = [/^ {2}Continue {2}opencode -s ses_\w+$/];

/** Reads a screen of opencode (1.18.33). Its error texts stand in the same frame as a person's message, so they are no evidence. */
export function classifyOpencode(screen: string, options: ClassifyOptions): ScreenState {
  const lines = toScreenLines(screen);
  const lastWords = findLastWords(lines, OWN_LAST_WORDS);
  if (lastWords !== undefined) return { state: 'Exited', box: 'None', evidence: lastWords.trim() };
  const permission = findPermission(lines);
  if (permission !== undefined)
    return { state: 'AwaitingInput', dialog: 'Permission', box: 'None', evidence: permission };
  const { above, draft, footer } = splitOpencodeFrame(lines);
  if (draft === undefined) {
    const state = lines.some((line) => TURN.test(line)) ? 'Unknown' : 'Starting';
    return { state, box: state === 'Starting' ? 'None' : 'Unknown', evidence: lastLine(lines).trim() };
  }
  return { ...readTurn(above, footer, options), ...(draft === '' ? { box: 'Empty' } : { box: 'Draft', draft }) };
}

/**
 * Finds opencode's input box: the frame that ends with a foot, its last line naming agent and model. On wide terminals a
 * panel stands at the right; the foot is as wide as the conversation, so everything beyond it is cut off.
 */
export function splitOpencodeFrame(lines: readonly string[]): OpencodeFrame {
  const bottom = lines.findLastIndex((line) => BOX_BOTTOM.test(line));
  const top = lines.findLastIndex((line, index) => index < bottom && !BOX_LINE.test(line)) + 1;
  if (bottom < 0 || top >= bottom) return { above: lines, footer: [] };
  const width = BOX_BOTTOM.exec(lines[bottom] ?? '')?.[0].length ?? 0;
  const narrow = lines.map((line) => line.slice(0, width).trimEnd());
  const text = trimBlankLines(narrow.slice(top, bottom).map((line) => line.replace(BOX_LINE, '').trim()))
    .slice(0, -1)
    .join('\n')
    .trim();
  return { above: narrow.slice(0, top), draft: PLACEHOLDER.test(text) ? '' : text, footer: lines.slice(bottom + 1) };
}

function findPermission(lines: readonly string[]): string | undefined {
  const start = lines.findLastIndex((line) => /^\s*┃\s+△ Permission required\b/.test(line));
  if (start < 0 || !lines.slice(start).every((line) => BOX_LINE.test(line))) return undefined;
  return '△ Permission required';
}

function readTurn(above: readonly string[], footer: readonly string[], options: ClassifyOptions): OpencodeTurn {
  const working = footer.find((line) => WORKING.test(line) || RETRYING.test(line));
  if (working !== undefined) return readRunning(working);
  const end = above.findLastIndex((line) => TURN.test(line));
  if (end < 0) return { state: 'Idle', cause: 'Fresh', evidence: lastLine(above).trim() };
  const evidence = (above[end] ?? '').trim();
  if (evidence.endsWith('· interrupted')) return { state: 'Idle', cause: 'Interrupted', evidence };
  if (!TURN_DONE.test(evidence)) return { state: 'Idle', cause: 'TurnFailed', evidence };
  const start = above.findLastIndex((line, index) => index < end && (BOX_LINE.test(line) || TURN.test(line)));
  const waitMarker = findWaitMarker(above.slice(start + 1, end), options.waitMarker);
  return { state: 'Idle', evidence, ...(waitMarker === undefined ? {} : { waitMarker }) };
}

function readRunning(footer: string): OpencodeTurn {
  const evidence = footer.trim();
  const pause = RETRYING.exec(footer)?.[1];
  if (pause === undefined) return { state: 'Busy', evidence };
  const isSpent = LONG_PAUSE.test(pause) || OPENCODE_SPENT.test(footer);
  if (!isSpent) return { state: 'Busy', evidence, isRetrying: true };
  return { state: 'UsageLimited', evidence, isRetrying: true, resetText: pause };
}
