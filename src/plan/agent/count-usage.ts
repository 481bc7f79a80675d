import type { AgentStatus } from '#api/agent.ts';
import { compact } from '#api/compact.ts';

/** What a program has told of its use last, by its incarnation and its conversation. */
export type UsageCounter = NonNullable<NonNullable<AgentStatus['spending']>['counter']>;

/** What came on top since the last counter, and the counter as it is now. Never negative. */
export type Counted = { readonly usd: number; readonly tokens: number; readonly counter: UsageCounter };

/** The counter's two names: the life of the program, and the conversation. */
export function keyOf({ key }: UsageCounter): { program: string; conversation: string } {
  const [program = '', ...rest] = key.split('/');
  return { program, conversation: rest.join('/') };
}

/**
 * Counts what a program tells now against what was told last. Tokens are those of a conversation, whichever program has it
 * open. Money is told by claude (2.1.197) for a life and all its conversations; an orderly end keeps it for whoever takes
 * the conversation up, who shows nothing first and then goes on with it; after a kill it begins at nothing, or with what
 * an earlier end had kept. A count that falls was read while it was written.
 */
export function countUsage(last: UsageCounter, now: UsageCounter): Counted {
  const isSame = keyOf(last).conversation === keyOf(now).conversation;
  const tokensBase = isSame ? last.tokens : 0;
  const tokens = Math.max(now.tokens, tokensBase);
  const { base, ...memory } = isSame ? sameConversation(last, now) : otherConversation(last, now);
  const usd = Math.max(now.usd, base);
  const counter = { key: now.key, usd, tokens, ...compact(memory) };
  return { usd: usd - base, tokens: tokens - tokensBase, counter };
}

type Base = { readonly base: number; readonly carriedUsd?: number | undefined; readonly keptUsd?: number | undefined };

function otherConversation(last: UsageCounter, now: UsageCounter): Base {
  const isSameLife = keyOf(last).program === keyOf(now).program;
  return { base: isSameLife && now.usd >= last.usd ? last.usd : 0 };
}

function sameConversation(last: UsageCounter, now: UsageCounter): Base {
  const { usd, carriedUsd, keptUsd } = last;
  const isSameLife = keyOf(last).program === keyOf(now).program;
  if (isSameLife && (usd > 0 || carriedUsd === undefined)) return { base: usd, keptUsd };
  const before = usd > 0 ? usd : carriedUsd;
  if (before === undefined) return { base: 0 };
  return now.usd === 0 ? { base: 0, carriedUsd: before, keptUsd } : takenUp(now.usd, before, keptUsd);
}

// The first money that a life tells: with all that was counted before, with what an earlier end kept of it, or of its own.
function takenUp(usd: number, before: number, kept: number | undefined): Base {
  if (usd >= before) return { base: before, keptUsd: before };
  return kept !== undefined && usd >= kept ? { base: kept, keptUsd: kept } : { base: 0 };
}
