import type { LaunchRecord } from '#api/agent-status.ts';
import { parseDurationMs } from '#api/quantity.ts';

import { doNow, settled, together, waitFor, type Decision } from '../plan.ts';
import { actOnState } from './act-on-state.ts';
import { ownPane, targetOf, type AgentCase, type AgentStep } from './agent-case.ts';
import { restsAfterError } from './api-error.ts';
import { needsFreshConversation } from './compact.ts';
import { channelFiles, launchDrift, launchRecord } from './launch.ts';
import { interruptTurn, isCutDue, otherPhase } from './next-phase.ts';
import { isAtSafePoint } from './safe-point.ts';
import { somebodyTyping } from './somebody-typing.ts';
import { healStall, isStalled, stallDueInMs } from './stall.ts';
import { blockedOnScreen } from './blocked-on-screen.ts';
import { orderedRestart, planStart, type StartCause } from './start.ts';
import { heldByLimit } from './usage-limit.ts';
import { answerTo, promptChange } from './prompt-change.ts';
import { tell } from './tell.ts';
import { wakeDueInMs } from './wake.ts';

const LONGEST_LOOK_MS = 30_000;
const SAFE_POINT_LOOK_MS = 2000;

/** Plans for an agent whose process runs: everything but a start after a death. */
export function planAlive(at: AgentCase): Decision {
  for (const step of RESTART_STEPS) {
    const decision = step(at);
    if (decision !== undefined) return decision;
  }
  return keepGoing(at);
}

const RESTART_STEPS: readonly AgentStep[] = [
  adopt,
  restartByOrder,
  restartForPhase,
  restartForDrift,
  restartForPrompt,
  restartForContext,
];

// A message that has to wait holds nothing up: an agent whose input is gone for good is stalled, and is healed.
function keepGoing(at: AgentCase): Decision {
  const state = actOnState(at);
  if (state !== undefined && state.actions.length > 0) return state;
  const told = tell(at);
  if (told !== undefined && told.actions.length > 0) return told;
  // What keeps it from its work comes first; that a message waits follows from it.
  return together(state ?? heal(at) ?? blockedOnScreen(at), told) ?? settled(nextLookMs(at));
}

// Whoever waits for a reset, for the provider or for a person at the keyboard is not stalled, however quiet.
function heal(at: AgentCase): Decision | undefined {
  if (!isStalled(at)) return undefined;
  return heldByLimit(at) ?? somebodyTyping(at) ?? (restsAfterError(at) ? undefined : healStall(at));
}

// Marks are renewed whenever they are not what this controller would write: after the loss of its state, or of the marks.
function adopt(at: AgentCase): Decision | undefined {
  const own = ownPane(at);
  if (own === undefined) return undefined;
  const { marks } = own.pane;
  const incarnation = marks['incarnation'] ?? environmentIncarnation(at) ?? at.moment.id;
  const launch = completeRecord(marks['launch'], launchRecord(at));
  const wanted = { rig: at.seen.rig.id, agent: at.agent.metadata.name, incarnation, launch };
  const isMarked = Object.entries(wanted).every(([name, value]) => marks[name] === value);
  if (isMarked && at.agent.status?.incarnation === incarnation) return undefined;
  const why = { reason: 'Adopted', message: 'its session runs; it is taken over as it is', blast: 'none' } as const;
  const files = channelFiles(at, incarnation);
  return doNow([{ type: 'AdoptSession', ...why, target: targetOf(own), marks: wanted, incarnation, files }], 50);
}

// A field that the record lacks is filled in with what is so now; what it says stands.
function completeRecord(text: string | undefined, now: LaunchRecord): string {
  const record = parseRecord(text);
  const isComplete = record !== undefined && Object.keys(now).every((field) => Object.hasOwn(record, field));
  return isComplete && text !== undefined ? text : JSON.stringify({ ...now, ...record });
}

function parseRecord(text: string | undefined): object | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function environmentIncarnation(at: AgentCase): string | undefined {
  return at.seen.process.state === 'known' ? at.seen.process.value.env['CCCI_INCARNATION'] : undefined;
}

function restartByOrder(at: AgentCase): Decision | undefined {
  const ordered = orderedRestart(at);
  return ordered === undefined ? undefined : restartOrGoOn(at, ordered);
}

// A restart that can not be made yet (a dependency, a missing file) leaves the agent at its work.
function restartOrGoOn(at: AgentCase, cause: StartCause): Decision {
  const start = planStart(at, cause);
  return start.actions.length > 0 ? start : (together(start, keepGoing(at)) ?? start);
}

function restartForPhase(at: AgentCase): Decision | undefined {
  const cause = otherPhase(at);
  return cause === undefined ? undefined : (interruptTurn(at, cause) ?? atSafePoint(at, cause));
}

function restartForDrift(at: AgentCase): Decision | undefined {
  const running = at.agent.status?.launch;
  if (running === undefined) return undefined;
  const fields = launchDrift(running, launchRecord(at));
  if (fields.length === 0) return undefined;
  return atSafePoint(at, {
    reason: 'LaunchDrift',
    message: `it was launched with another ${fields.join(', ')} than its manifest says`,
  });
}

function restartForPrompt(at: AgentCase): Decision | undefined {
  const change = answerTo(at) === 'Restart' ? promptChange(at) : undefined;
  return change && atSafePoint(at, { reason: 'PromptChanged', message: `${change.what} changed while it ran` });
}

function restartForContext(at: AgentCase): Decision | undefined {
  const message = needsFreshConversation(at);
  return message === undefined ? undefined : atSafePoint(at, { reason: 'ContextFull', message });
}

function atSafePoint(
  at: AgentCase,
  cause: { reason: 'PhaseAdvanced' | 'LaunchDrift' | 'PromptChanged' | 'ContextFull'; message: string },
): Decision | undefined {
  const typing = somebodyTyping(at);
  if (typing === undefined && (isAtSafePoint(at) || (cause.reason === 'PhaseAdvanced' && isCutDue(at))))
    return restartOrGoOn(at, { ...cause, counted: cause.reason === 'ContextFull', restart: true });
  // Deliveries and stall healing go on meanwhile: an agent in mid-turn is left to finish, not left alone.
  const message = `${cause.message}; waits until it is between turns`;
  const wait = waitFor(cause.reason, message, { requeueAfterMs: SAFE_POINT_LOOK_MS });
  return together(together(wait, typing), keepGoing(at));
}

// Often enough that both signals are sampled several times before a verdict, seldom enough to cost nothing.
function nextLookMs(at: AgentCase): number {
  const stepMs = parseDurationMs(at.agent.spec.liveness.stallAfter) / 4;
  const sampleMs = Math.min(LONGEST_LOOK_MS, Math.max(500, stepMs));
  const dueMs = stallDueInMs(at);
  return Math.max(100, Math.min(sampleMs, dueMs ?? sampleMs, wakeDueInMs(at) ?? sampleMs));
}
