import { numberIn, objectIn, textIn } from './payload.ts';

/** What a conversation of claude has used so far. */
export type ClaudeUsage = {
  readonly tokens: number;
  /** Tokens of the last few messages by id: each block of a message is a line that repeats its usage. */
  readonly recent: readonly (readonly [id: string, tokens: number])[];
};

/** Nothing was used yet. */
export const NO_CLAUDE_USAGE: ClaudeUsage = { tokens: 0, recent: [] };

/** Blocks of one message stand close together. */
const REMEMBERED = 8;

/**
 * The usage with one more line of the transcript. Counted is what was sent anew, written to the cache, and answered; what
 * was read from the cache is not, because it is the same text again and again.
 */
export function addClaudeUsage(sum: ClaudeUsage, line: Readonly<Record<string, unknown>>): ClaudeUsage {
  const message = objectIn(line, 'message');
  const usage = objectIn(message, 'usage');
  const id = textIn(message, 'id');
  if (line['type'] !== 'assistant' || usage === undefined || id === undefined) return sum;
  const fields = ['input_tokens', 'cache_creation_input_tokens', 'output_tokens'];
  const tokens = fields.reduce((all, field) => all + (numberIn(usage, field) ?? 0), 0);
  const before = sum.recent.find(([known]) => known === id)?.[1] ?? 0;
  const others = sum.recent.filter(([known]) => known !== id).slice(1 - REMEMBERED);
  return {
    tokens: sum.tokens + Math.max(0, tokens - before),
    recent: [...others, [id, Math.max(tokens, before)]],
  };
}
