import { asNonce, type Acceptance } from './acceptance.ts';
import { listIn } from './payload.ts';
import type { Signal, SignalLog } from './signal.ts';

/**
 * Whether Claude Code took a message, by what it says itself, whichever of its channels said it (checked against 2.1.197):
 * a `UserPromptSubmit` hook with our nonce is taken; a `queue-operation` `enqueue` of its transcript, or a line of
 * `history.jsonl`, stands from Enter on and is queued until the conversation holds it. A message that a running tool
 * turn picks up has no `UserPromptSubmit`: its `queued_command` attachment says so. Payloads are recognised by their
 * shape, so that it does not matter under which name a channel keeps them.
 */
export function claudeAcceptance(log: SignalLog, nonce: string): Acceptance | undefined {
  const mark = asNonce(nonce);
  const said = [...log.events, ...Object.values(log.latest)].flatMap(entriesOf).map((entry) => readOne(entry, mark));
  if (said.includes('Taken')) return 'Taken';
  return said.includes('Queued') ? 'Queued' : undefined;
}

type Entry = Readonly<Record<string, unknown>>;

// A file of lines is one signal with the last of them.
function entriesOf({ payload }: Signal): readonly Entry[] {
  if (payload === undefined) return [];
  const lines = listIn(payload, 'lines');
  return lines.length === 0
    ? [payload]
    : lines.filter((line): line is Entry => typeof line === 'object' && line !== null);
}

function readOne(
  { operation, content, prompt, display, attachment, message }: Entry,
  mark: string,
): Acceptance | undefined {
  const isTaken = holds(prompt, mark) || holds(fieldIn(message, 'content'), mark) || isPickedUp(attachment, mark);
  if (isTaken) return 'Taken';
  const isQueued = (operation === 'enqueue' && holds(content, mark)) || holds(display, mark);
  return isQueued ? 'Queued' : undefined;
}

function isPickedUp(attachment: unknown, mark: string): boolean {
  return fieldIn(attachment, 'type') === 'queued_command' && holds(fieldIn(attachment, 'prompt'), mark);
}

// Its content is a text, or a list of blocks.
function holds(value: unknown, mark: string): boolean {
  if (typeof value === 'string') return value.includes(mark);
  return Array.isArray(value) && value.some((block) => holds(fieldIn(block, 'text'), mark));
}

function fieldIn(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? { ...(value as Entry) }[field] : undefined;
}
