import { currentPhaseOf, type AgentCase } from './agent-case.ts';
import { lastWords } from './last-words.ts';
import { startDue } from './restart-policy.ts';

/** Which conversation a start goes on with; empty for a fresh one. */
export type ResumedConversation = { readonly name?: string | undefined; readonly id?: string | undefined };

/** Starts that go on where the agent was: it did not choose to end, and nothing was wrong with its conversation. */
const GOES_ON: readonly string[] = [
  'ProcessExited',
  'ProcessGone',
  'SessionGone',
  'LaunchDrift',
  'BudgetSpent',
  'ConnectionLost',
];
/** A conversation that is open when its program dies again and again may be the cause of it. */
const MAX_TRIES = 2;

/**
 * The conversation that a start for this reason goes on with: the agent's own last one where that is safe, else what its
 * manifest names, else a fresh one. Safe is: of this phase, its file is there, and nobody else has it open, for two
 * writers would mix. After a stall, a full context or an order to restart it begins anew.
 */
export function conversationFor(at: AgentCase, reason: string): ResumedConversation {
  if (lastWords(at)?.cause === 'SessionMissing') return {};
  const { resume } = at.agent.spec.backend;
  const own = at.agent.status?.conversation;
  if (own === undefined) return resume ?? {};
  if (!GOES_ON.includes(reason) || !isOfPhase(at)) return {};
  return isSafe(at, own.id) && startDue(at).recent < MAX_TRIES ? { id: own.id } : {};
}

function isSafe({ seen }: AgentCase, id: string): boolean {
  const { conversation, related } = seen;
  if (conversation?.state !== 'known' || conversation.value.id !== id || conversation.value.isOpen) return false;
  return related.openConversations?.includes(id) !== true;
}

function isOfPhase(at: AgentCase): boolean {
  return at.agent.status?.conversation?.['phaseId'] === currentPhaseOf(at)?.spec.id;
}
