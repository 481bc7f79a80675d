import { parseDurationMs } from '#api/quantity.ts';
import { fromIso, toIso } from '#api/time.ts';
import { backendOf } from '#backends/registry.ts';

import { doNow, settled, waitFor, type Decision } from '../plan.ts';
import { isAlive, isOurDraft, ownPane, stateOf, targetOf, type AgentCase } from './agent-case.ts';
import { withoutProof } from './may-restart.ts';
import { planStart } from './start.ts';
import { declaredWait } from './wait-marker.ts';

/** States in which a quiet agent waits for something that no restart brings: never a stall. */
const BLOCKED_STATES = ['AwaitingInput', 'UsageLimited', 'AuthRequired', 'ApiError'];

/** True when a live agent is quiet by every channel that it has for too long and declared no wait that is still running. */
export function isStalled(at: AgentCase): boolean {
  const { activity } = at.seen;
  const state = stateOf(at);
  if (!isAlive(at) || state === undefined || activity === undefined) return false;
  const isBlocked = BLOCKED_STATES.includes(state.state) && state.spoofable !== true;
  if (isBlocked || isInHumanHands(at) || isParked(at)) return false;
  if (activity.quietMs < quietBoundMs(at)) return false;
  const wait = declaredWait(at);
  return wait === undefined || wait.isOver;
}

// Somebody has typed into its input, or reads its history. A message of ours that stands there is nobody's work.
function isInHumanHands(at: AgentCase): boolean {
  const isDraft = at.seen.screenState?.box === 'Draft' && !isOurDraft(at);
  return isDraft || ownPane(at)?.pane.inMode === true;
}

// Who waits for a person at an open phase says so in git. One that hangs in mid-turn does not wait.
function isParked({ seen }: AgentCase): boolean {
  return seen.related.blockedPhase !== undefined && seen.screenState?.state !== 'Busy';
}

// In mid-turn, and where it can not be told what is, an agent is left alone for much longer than at rest.
function quietBoundMs(at: AgentCase): number {
  const { stallAfter, wedgedAfter } = at.agent.spec.liveness;
  const name = stateOf(at)?.state ?? 'Unknown';
  const isOpaque = name === 'Unknown' && at.agent.spec.backend.type !== 'command';
  return parseDurationMs(isInTurn(at) || isOpaque ? wedgedAfter : stallAfter);
}

function isInTurn(at: AgentCase): boolean {
  return ['Busy', 'Wedged', 'Compacting'].includes(stateOf(at)?.state ?? 'Unknown');
}

/** When a quiet agent would count as stalled, ms from now; undefined when it is not getting nearer. */
export function stallDueInMs(at: AgentCase): number | undefined {
  const { activity } = at.seen;
  if (activity === undefined || isStalled(at)) return undefined;
  const { grace } = at.agent.spec.liveness;
  const wait = declaredWait(at);
  const waitLeftMs = wait === undefined ? 0 : wait.untilMs + parseDurationMs(grace) - at.moment.wallMs;
  const dueMs = Math.max(quietBoundMs(at) - activity.quietMs, waitLeftMs);
  return dueMs > 0 ? dueMs : undefined;
}

/** Climbs the ladder nudge, interrupt, restart: one step per `stepTimeout`, each on fresh evidence that nothing moved since the last. */
export function healStall(at: AgentCase): Decision | undefined {
  if (!isStalled(at)) return undefined;
  const held = holdTogether(at);
  if (held !== undefined) return held;
  const stall = at.agent.status?.stall;
  if (stall === undefined) return nudge(at);
  const leftMs = (fromIso(stall.stepAt) ?? 0) + parseDurationMs(at.agent.spec.liveness.stepTimeout) - at.moment.wallMs;
  if (leftMs > 0)
    return waitFor('StalledNoMarker', 'is stalled; waits whether the last step helped', { requeueAfterMs: leftMs });
  const unproven = withoutProof(at);
  if (unproven !== undefined) return unproven;
  const keys = backendOf(at.agent.spec.backend.type).interruptKeys;
  if (stall.step === 'Nudged' && keys.length > 0) return interrupt(at, keys);
  const message = isInTurn(at)
    ? 'nothing moved in its turn for too long, and it did not react'
    : 'it was idle without a declared wait and did not react';
  return planStart(at, { reason: 'StalledNoMarker', message, counted: true, restart: true });
}

function holdTogether(at: AgentCase): Decision | undefined {
  const others = at.seen.related.stalledOthers;
  if (others.length === 0 || at.agent.status?.stall === undefined) return undefined;
  const message = `is stalled together with ${others.join(', ')}: a common cause is likely, so nothing is restarted; look at them`;
  return waitFor('StalledTogether', message, { needsPerson: true, requeueAfterMs: 15_000 });
}

function nudge(at: AgentCase): Decision {
  const name = `nudge-${at.agent.metadata.name}-${at.moment.id}`.slice(0, 63);
  const marker = at.agent.spec.liveness.waitMarker;
  const what = isInTurn(at)
    ? 'Your turn has shown no sign of life for long.'
    : 'You have been idle without a declared wait.';
  const text = `${what} Go on with your work, or end your message with "${marker} <ISO 8601 UTC time>".`;
  const createdAt = at.moment.wallMs;
  const spec = {
    agentRef: { name: at.agent.metadata.name },
    nonce: at.moment.id,
    cause: { kind: 'Nudge' as const },
    text,
    createdAt: toIso(createdAt),
  };
  const message = isInTurn(at) ? 'nothing has moved in its turn for too long' : 'it is idle without a declared wait';
  const why = { reason: 'StalledNoMarker', message, blast: 'live' } as const;
  return doNow([{ type: 'CreateDelivery', ...why, name, spec }], 100);
}

function interrupt(at: AgentCase, keys: readonly string[]): Decision {
  const own = ownPane(at);
  if (own === undefined) return settled();
  const why = { reason: 'StalledNoMarker', message: 'it did not react to a nudge', blast: 'live' } as const;
  return doNow(
    [{ type: 'Interrupt', ...why, target: targetOf(own), keys }],
    parseDurationMs(at.agent.spec.liveness.stepTimeout),
  );
}
