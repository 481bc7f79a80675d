import type { TokenTally } from './backend.ts';
import { numberIn, objectIn, textIn } from './payload.ts';

type Sum = { readonly tokens: number; readonly id: string; readonly last: number };

const NOTHING: Sum = { tokens: 0, id: '', last: 0 };

/**
 * Counts gemini's tokens over the file of its conversation. A message is written again when its tool has come back, so
 * that each id counts once. What was read from the cache is left out, because it is the same text again and again.
 */
export const geminiTally: TokenTally = {
  slot: 'chat',
  begin: NOTHING,
  add: (sum, line) => addGeminiUsage(sum as Sum, line),
  tokens: (sum) => (sum as Sum).tokens,
};

function addGeminiUsage(sum: Sum, line: Readonly<Record<string, unknown>>): Sum {
  const counts = objectIn(line, 'tokens');
  const total = numberIn(counts, 'total');
  const id = textIn(line, 'id');
  if (total === undefined || id === undefined) return sum;
  const last = Math.max(0, total - (numberIn(counts, 'cached') ?? 0));
  return { tokens: sum.tokens + last - (sum.id === id ? sum.last : 0), id, last };
}
