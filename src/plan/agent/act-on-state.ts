import type { Decision } from '../plan.ts';
import type { AgentCase, AgentStep } from './agent-case.ts';
import { answerStartupDialog } from './answer-dialog.ts';
import { nudgeAfterError } from './api-error.ts';
import { compactContext, waitsForRoom } from './compact.ts';
import { overUsageLimit } from './usage-limit.ts';

/** What the state of a live agent asks for, in the order in which it may decide. */
const STEPS: readonly AgentStep[] = [
  answerStartupDialog,
  overUsageLimit,
  nudgeAfterError,
  compactContext,
  waitsForRoom,
];

/**
 * Deals with what keeps a live agent from its work and is no stall: a start-up dialog, a usage limit, an error of its
 * provider, a full context. Undefined when there is none of it.
 */
export function actOnState(at: AgentCase): Decision | undefined {
  for (const step of STEPS) {
    const decision = step(at);
    if (decision !== undefined) return decision;
  }
  return undefined;
}
