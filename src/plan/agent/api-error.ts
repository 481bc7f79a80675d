import type { AgentStatus } from '#api/agent.ts';
import { fromIso, toIso } from '#api/time.ts';
import type { AgentState } from '#backends/agent-state.ts';

import { doNow, waitFor, type Decision } from '../plan.ts';
import { shortHash } from '../short-hash.ts';
import { isAlive, stateOf, type AgentCase } from './agent-case.ts';
import { somebodyTyping } from './somebody-typing.ts';
import { heldByLimit } from './usage-limit.ts';

/** The errors that an agent's program has given up on, as status keeps them. */
export type ErrorRecord = NonNullable<AgentStatus['apiError']>;

/** Delays before an agent is told to try again: doubled each time. A login takes a person, so it is looked for less often. */
const DELAYS = { error: { firstMs: 30_000, longestMs: 600_000 }, login: { firstMs: 120_000, longestMs: 3_600_000 } };

/**
 * The agent's errors as of this moment. They last until a turn has gone well: an agent that was told to try again is
 * busy for a moment before it fails again.
 */
export function errorRecord(at: AgentCase): ErrorRecord | undefined {
  const before = at.agent.status?.apiError;
  const state = isAlive(at) ? stateOf(at) : undefined;
  if (state === undefined) return at.seen.process.state === 'absent' ? undefined : before;
  if (isWell(state)) return undefined;
  if (!isGivenUp(state) || before !== undefined) return before;
  const { wallMs } = at.moment;
  return { since: toIso(wallMs), attempts: 0, nextAt: toIso(wallMs + delayMs(state, 0)) };
}

/** The record after the agent was told once more. */
export function toldAgain(at: AgentCase, before: ErrorRecord): ErrorRecord {
  const attempts = before.attempts + 1;
  const state = stateOf(at);
  return {
    ...before,
    attempts,
    nextAt: toIso(at.moment.wallMs + (state === undefined ? 0 : delayMs(state, attempts))),
  };
}

/** True while the agent rests after an error that its program has given up on: no stall, and no reason to restart it. */
export function restsAfterError(at: AgentCase): boolean {
  const state = stateOf(at);
  return isGivenUp(state) && state?.spoofable !== true;
}

/** Tells an agent to try again, once per growing delay. What its program repeats by itself is left alone. */
export function nudgeAfterError(at: AgentCase): Decision | undefined {
  const state = stateOf(at);
  const record = errorRecord(at);
  if (state === undefined || record === undefined || !isGivenUp(state)) return undefined;
  // The first look may have met a screen that was being drawn.
  const isFirstLook = at.agent.status?.apiError === undefined;
  const { wallMs } = at.moment;
  const dueMs = Math.min(fromIso(record.nextAt) ?? wallMs, wallMs + DELAYS.login.longestMs);
  if (isFirstLook || dueMs > wallMs) {
    const reason = state.state === 'AuthRequired' ? 'LoginNeeded' : 'ProviderError';
    return waitFor(reason, sayWhat(at, state), {
      untilMs: dueMs,
      requeueAfterMs: Math.max(100, Math.min(30_000, dueMs - wallMs)),
      needsPerson: state.state === 'AuthRequired',
    });
  }
  return heldByLimit(at) ?? somebodyTyping(at) ?? nudge(at, record);
}

function sayWhat(at: AgentCase, { state }: AgentState): string {
  return state === 'AuthRequired'
    ? `its program is not logged in; "ccci attach ${at.agent.metadata.name}" opens it`
    : 'its program gave up after an error of the model provider; it is told to try again after a delay';
}

function isGivenUp(state: AgentState | undefined): boolean {
  if (state?.isRetrying === true || state?.box !== 'Empty') return false;
  if (state.state === 'AuthRequired') return state.spoofable !== true;
  return state.state === 'ApiError' && state.cause !== 'ContextFull' && state.cause !== 'Billing';
}

function isWell({ state, cause }: AgentState): boolean {
  return (
    (state === 'Idle' && cause !== 'Fresh' && cause !== 'TurnFailed') ||
    state === 'WaitingDeclared' ||
    state === 'ContextHigh'
  );
}

function delayMs({ state }: AgentState, attempts: number): number {
  const { firstMs, longestMs } = state === 'AuthRequired' ? DELAYS.login : DELAYS.error;
  return Math.min(longestMs, firstMs * 2 ** Math.min(attempts, 20));
}

function nudge(at: AgentCase, record: ErrorRecord): Decision {
  const { name } = at.agent.metadata;
  const which = `${shortHash(name)}-${(fromIso(record.nextAt) ?? 0).toString(36)}`;
  const spec = {
    agentRef: { name },
    nonce: at.moment.id,
    cause: { kind: 'Nudge' as const },
    text: 'Your last request to the model failed. Go on with your work where you left it.',
    createdAt: toIso(at.moment.wallMs),
  };
  const why = {
    reason: 'ProviderError',
    message: 'its program gave up after an error of the model provider',
    blast: 'live',
  } as const;
  return doNow([{ type: 'CreateDelivery', ...why, name: `again-${name.slice(0, 30)}-${which}`, spec }], 100);
}
