import type { ClaudeReading } from './claude-events.ts';
import { readClaudeFailure } from './claude-failures.ts';
import { findWaitMarker } from './parse-wait-marker.ts';
import { listIn, objectIn, textIn } from './payload.ts';
import type { SignalOptions } from './signal-state.ts';
import type { SignalLog } from './signal.ts';

type Line = Readonly<Record<string, unknown>>;

/**
 * What the end of claude's transcript says, for sessions that were launched without hooks: an answer that ended its
 * turn, an error, an interruption, or a turn that goes on. Undefined when there is no transcript, or nothing in it.
 */
export function readClaudeTranscript(log: SignalLog, options: SignalOptions): ClaudeReading | undefined {
  const transcript = log.latest['transcript'];
  const lines = transcriptLines(log).filter(({ type, isSidechain }) => {
    return (type === 'user' || type === 'assistant') && isSidechain !== true;
  });
  const last = lines.at(-1);
  if (transcript === undefined || last === undefined) return undefined;
  const atMs = transcript.atMs;
  if (last['isApiErrorMessage'] === true) {
    const failure = readClaudeFailure({ error: last['error'], last_assistant_message: textOf(last) });
    return { ...failure, evidence: 'transcript (API error)', atMs };
  }
  if (last['interruptedMessageId'] !== undefined || textOf(last).startsWith('[Request interrupted by user'))
    return { state: 'Idle', cause: 'Interrupted', evidence: 'transcript (interrupted)', atMs };
  if (last['type'] !== 'assistant' || textIn(objectIn(last, 'message'), 'stop_reason') !== 'end_turn')
    return { state: 'Busy', evidence: `transcript (${String(last['type'])})`, atMs };
  const raw = findWaitMarker(textOf(last).split('\n'), options.waitMarker);
  const marker = raw === undefined ? {} : { waitMarker: raw };
  return { state: 'Idle', evidence: 'transcript (end_turn)', atMs, ...marker };
}

/** The last lines of the transcript, oldest first; empty when there is none. */
export function transcriptLines(log: SignalLog): readonly Line[] {
  return listIn(log.latest['transcript']?.payload, 'lines').filter(
    (line): line is Line => typeof line === 'object' && line !== null,
  );
}

function textOf(line: Line): string {
  const message = objectIn(line, 'message');
  const content = message?.['content'];
  if (typeof content === 'string') return content;
  const texts = listIn(message, 'content').map((part) =>
    typeof part === 'object' && part !== null ? (textIn({ ...part }, 'text') ?? '') : '',
  );
  return texts.join('\n');
}
