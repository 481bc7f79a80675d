import { parseDurationMs } from '#api/quantity.ts';

import { doNow, settled, waitFor, type Decision } from '../plan.ts';
import { currentPhaseOf, ownPane, targetOf, type AgentCase, type AgentStep } from './agent-case.ts';
import { deliver } from './deliver.ts';
import { launchDrift, launchRecord } from './launch.ts';
import { isAtSafePoint } from './safe-point.ts';
import { healStall, stallDueInMs } from './stall.ts';
import { blockedOnScreen } from './blocked-on-screen.ts';
import { orderedRestart, planStart } from './start.ts';
import { wakeAfterWait } from './wake-after-wait.ts';

const LONGEST_LOOK_MS = 30_000;
const SAFE_POINT_LOOK_MS = 2000;

/** Plans for an agent whose process runs: everything but a start after a death. */
export function planAlive(at: AgentCase): Decision {
  for (const step of ALIVE_STEPS) {
    const decision = step(at);
    if (decision !== undefined) return decision;
  }
  return settled(nextLookMs(at));
}

const ALIVE_STEPS: readonly AgentStep[] = [
  adopt,
  restartByOrder,
  restartForPhase,
  restartForDrift,
  deliver,
  wakeAfterWait,
  healStall,
  blockedOnScreen,
];

// Marks are renewed whenever they are not what this controller would write: after the loss of its state, or of the marks.
function adopt(at: AgentCase): Decision | undefined {
  const own = ownPane(at);
  if (own === undefined) return undefined;
  const { marks } = own.pane;
  const incarnation = marks['incarnation'] ?? environmentIncarnation(at) ?? at.moment.id;
  const launch = marks['launch'] ?? JSON.stringify(launchRecord(at));
  const wanted = { rig: at.seen.rig.id, agent: at.agent.metadata.name, incarnation, launch };
  const isMarked = Object.entries(wanted).every(([name, value]) => marks[name] === value);
  if (isMarked && at.agent.status?.incarnation === incarnation) return undefined;
  const why = { reason: 'Adopted', message: 'its session runs; it is taken over as it is', blast: 'none' } as const;
  return doNow([{ type: 'AdoptSession', ...why, target: targetOf(own), marks: wanted, incarnation }], 50);
}

function environmentIncarnation(at: AgentCase): string | undefined {
  return at.seen.process.state === 'known' ? at.seen.process.value.env['CCCI_INCARNATION'] : undefined;
}

function restartByOrder(at: AgentCase): Decision | undefined {
  const ordered = orderedRestart(at);
  return ordered === undefined ? undefined : planStart(at, ordered);
}

function restartForPhase(at: AgentCase): Decision | undefined {
  const phase = currentPhaseOf(at);
  const running = at.agent.status?.launch?.phaseId;
  if (phase === undefined || running === undefined || running === phase.spec.id) return undefined;
  const message = `phase "${running}" is over; phase "${phase.spec.id}" is open`;
  return atSafePoint(at, { reason: 'PhaseAdvanced', message });
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

function atSafePoint(
  at: AgentCase,
  cause: { reason: 'PhaseAdvanced' | 'LaunchDrift'; message: string },
): Decision | undefined {
  if (isAtSafePoint(at)) return planStart(at, { ...cause, counted: false, restart: true });
  // Deliveries and stall healing go on meanwhile: an agent in mid-turn is left to finish, not left alone.
  const meanwhile = deliver(at) ?? healStall(at);
  const waiting = waitFor(cause.reason, `${cause.message}; waits until it is between turns`, {
    requeueAfterMs: SAFE_POINT_LOOK_MS,
  });
  return meanwhile === undefined ? waiting : { ...meanwhile, waiting: [...waiting.waiting, ...meanwhile.waiting] };
}

// Often enough that both signals are sampled several times before a verdict, seldom enough to cost nothing.
function nextLookMs(at: AgentCase): number {
  const stepMs = parseDurationMs(at.agent.spec.liveness.stallAfter) / 4;
  const sampleMs = Math.min(LONGEST_LOOK_MS, Math.max(500, stepMs));
  const dueMs = stallDueInMs(at);
  return Math.max(100, Math.min(sampleMs, dueMs ?? sampleMs));
}
