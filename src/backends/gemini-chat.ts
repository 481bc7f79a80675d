import { GEMINI_FAILURES } from './gemini-texts.ts';
import { listIn, objectIn, textIn } from './payload.ts';
import type { SignalState } from './signal-state.ts';
import type { Signal } from './signal.ts';
import { matchText } from './text-signature.ts';

type Json = Readonly<Record<string, unknown>>;

/** What the file of a conversation says about a turn that did not go through. */
export type GeminiReading = Pick<SignalState, 'state' | 'cause' | 'evidence'> & { readonly atMs: number };

/**
 * How the last turn ended (0.61.0), as far as the file of the conversation tells: an error or a cancellation. That a
 * turn is over it does not tell, because a message stands there before the tool that it calls.
 */
export function readGeminiChat(chat: Signal | undefined): GeminiReading | undefined {
  const last = linesOf(chat).findLast((line) => textIn(line, 'type') !== undefined && !isAdvice(line));
  const atMs = Date.parse(textIn(last, 'timestamp') ?? '');
  const text = textIn(last, 'content') ?? '';
  if (Number.isNaN(atMs)) return undefined;
  const evidence = text.slice(0, 200);
  if (textIn(last, 'type') === 'error') return { ...failureOf(text), evidence, atMs };
  const isCancelled = textIn(last, 'type') === 'info' && text === CANCELLED;
  return isCancelled ? { state: 'Idle', cause: 'Interrupted', evidence, atMs } : undefined;
}

/** What the user said: prompts that the conversation has taken. */
export function geminiPrompts(chat: Signal | undefined): readonly string[] {
  const said = linesOf(chat).filter((line) => textIn(line, 'type') === 'user');
  return said.flatMap((line) =>
    listIn(line, 'content').flatMap((part) => textIn(objectIn({ part }, 'part'), 'text') ?? []),
  );
}

const CANCELLED = 'Request cancelled.';

// A hint that follows an error and says nothing about the turn.
function isAdvice(line: Json): boolean {
  return textIn(line, 'type') === 'info' && textIn(line, 'content') !== CANCELLED;
}

function failureOf(text: string): Pick<GeminiReading, 'state' | 'cause'> {
  const found = matchText(text, GEMINI_FAILURES);
  if (found?.state === 'AuthRequired') return { state: 'AuthRequired' };
  return { state: 'ApiError', cause: found?.cause ?? 'ServerError' };
}

function linesOf(chat: Signal | undefined): readonly Json[] {
  return listIn(chat?.payload, 'lines').flatMap((line) => {
    const found = objectIn({ line }, 'line');
    return found === undefined ? [] : [found];
  });
}
