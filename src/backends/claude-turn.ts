import { CLAUDE_MESSAGES, CLAUDE_NOTES, CLAUDE_RESET } from './claude-texts.ts';
import { findWaitMarker } from './parse-wait-marker.ts';
import { blockText, isOneParagraph, splitBlocks } from './screen-blocks.ts';
import type { ScreenBlock } from './screen-blocks.ts';
import { joinParagraph } from './screen-lines.ts';
import type { ClassifyOptions, ScreenState } from './screen-state.ts';
import { matchText } from './text-signature.ts';

/** How far the conversation has come, without what the box says. */
export type ClaudeTurn = Omit<ScreenState, 'box' | 'draft' | 'dialog'>;

// A spinner carries `…` or a retry count, the line of a finished turn ` for 20s`; the verbs change at random.
const WORKING = /^[·✢✳✶✻✽*] (?:.*…|.*Retrying in \d+s · attempt \d+)/;
const DONE = /^[·✢✳✶✻✽*] \p{L}[\p{L}'’-]* for (?:<?\d+(?:\.\d+)?[smhd]\s?)+/u;
const PROMPT = /^❯(?: |$)/;
const ANSWER = /^●(?: |$)/;
const HOOK = /^● Ran \d+ .*hooks?\b/;
const NOTE = /^\s*⎿\s+/;

/** Reads the conversation above claude's input box: the last line in the first column says who has the word. */
export function readClaudeTurn(above: readonly string[], options: ClassifyOptions): ClaudeTurn {
  const blocks = splitBlocks(above).filter(({ head }) => !HOOK.test(head));
  const last = blocks.at(-1);
  if (last === undefined || !isConversation(last)) return { state: 'Idle', cause: 'Fresh', evidence: '❯' };
  const running = readRunning(last);
  if (running !== undefined) return running;
  const done = DONE.test(last.head) ? last.head : undefined;
  const outcome = done === undefined ? last : blocks.findLast(({ head }) => !DONE.test(head));
  return readOutcome(outcome, done, withMarker(blocks, options));
}

function readRunning(last: ScreenBlock): ClaudeTurn | undefined {
  const evidence = last.head;
  if (WORKING.test(evidence) && !DONE.test(evidence)) {
    const state = evidence.includes('Compacting conversation') ? 'Compacting' : 'Busy';
    return evidence.includes(' · Retrying in ') ? { state, evidence, isRetrying: true } : { state, evidence };
  }
  // A prompt without an outcome was submitted a moment ago: the spinner is about to appear.
  const isOpenPrompt = PROMPT.test(evidence) && !last.rest.some((line) => NOTE.test(line));
  return isOpenPrompt ? { state: 'Busy', evidence } : undefined;
}

function isConversation({ head }: ScreenBlock): boolean {
  return [WORKING, DONE, PROMPT, ANSWER, /^[·✢✳✶✻✽*] /].some((pattern) => pattern.test(head));
}

function readOutcome(
  outcome: ScreenBlock | undefined,
  done: string | undefined,
  marker: Partial<ClaudeTurn>,
): ClaudeTurn {
  const failure = outcome === undefined ? undefined : (readNotes(outcome) ?? readMessage(outcome));
  if (failure !== undefined) return failure;
  const evidence = done ?? outcome?.head ?? '';
  // While text streams there is no spinner: a message without the line that ends a turn may go on.
  if (done === undefined && ANSWER.test(evidence)) return { state: 'Unknown', evidence };
  if (evidence.includes('still running')) return { state: 'Idle', cause: 'BackgroundWork', evidence, ...marker };
  return { state: 'Idle', evidence, ...marker };
}

function readNotes(block: ScreenBlock): ClaudeTurn | undefined {
  const start = block.rest.findLastIndex((line) => NOTE.test(line));
  const note = joinParagraph(block.rest.slice(Math.max(start, 0))).replace(NOTE, '');
  if (start < 0 || (!PROMPT.test(block.head) && !note.startsWith('Interrupted ·'))) return undefined;
  const match = matchText(note, CLAUDE_NOTES);
  if (match === undefined) return undefined;
  const resetText = match.state === 'UsageLimited' ? CLAUDE_RESET.exec(note)?.[1] : undefined;
  return { ...match, evidence: note, ...(resetText === undefined ? {} : { resetText }) };
}

function readMessage(block: ScreenBlock): ClaudeTurn | undefined {
  if (!ANSWER.test(block.head) || !isOneParagraph(block) || block.rest.some((line) => NOTE.test(line)))
    return undefined;
  const text = joinParagraph(blockText(block));
  const match = matchText(text, CLAUDE_MESSAGES);
  return match === undefined ? undefined : { ...match, evidence: text, spoofable: true };
}

// The last message is the last answer since the last prompt; what a tool printed is not the agent's word. Local commands
// such as /compact are no new turn.
function withMarker(blocks: readonly ScreenBlock[], { waitMarker }: ClassifyOptions): Partial<ClaudeTurn> {
  const turn = blocks.findLastIndex(({ head }) => PROMPT.test(head) && !head.startsWith('❯ /'));
  const message = blocks.slice(turn + 1).findLast(({ head }) => head === '' || ANSWER.test(head));
  if (message === undefined || message.rest.some((line) => NOTE.test(line))) return {};
  const raw = findWaitMarker(blockText(message), waitMarker);
  return raw === undefined ? {} : { waitMarker: raw };
}
