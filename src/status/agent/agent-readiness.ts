import type { Readiness } from '#api/conditions.ts';
import { declaredWait } from '#plan/agent/wait-marker.ts';

import { unsettledReadiness } from '../pass.ts';
import { alive, caseOf, type AgentPass } from './agent-pass.ts';

/** Reasons that do not make a running agent less than Ready. */
const HARMLESS: readonly string[] = [
  'DeliveryDue',
  'Adopted',
  'SomebodyTyping',
  'AwaitingInput',
  'NoInput',
  'MidTurn',
  'MessageQueued',
  'DeliveryUnproven',
  'DeliveryRetried',
  'PhaseAdvanced',
  'LaunchDrift',
  'PromptChanged',
  'InboxPinged',
  'WakeDue',
];

/** Whether the agent is as its manifest and its operator want it. */
export function agentReadiness(pass: AgentPass): Readiness {
  const isRunning = alive(pass) !== undefined;
  const unsettled = unsettledReadiness(pass);
  const failed = pass.outcomes.some(({ result }) => result === 'Failed');
  if (unsettled !== undefined && !(isRunning && !failed && HARMLESS.includes(unsettled.reason)))
    return withRest(pass, unsettled);
  if (!isRunning)
    return { ready: 'False', progress: 'Reconciling', reason: 'Starting', message: 'it is being started' };
  if (unsettled?.progress === 'Stalled') return unsettled;
  const wait = declaredWait(caseOf(pass));
  const isWaiting = wait !== undefined && !wait.isOver;
  return isWaiting
    ? { ready: 'True', progress: 'Settled', reason: 'WaitingDeclared', message: 'it declared a wait' }
    : { ready: 'True', progress: 'Settled', reason: 'Running', message: runningMessage(pass) };
}

function runningMessage(pass: AgentPass): string {
  const name = pass.seen.pane?.pane.sessionName ?? pass.object.spec.session;
  return name === pass.object.spec.session ? 'it runs' : `it runs; somebody renamed its session to "${name}"`;
}

// An agent that is to rest, and rests, is as its manifest and its operator want it: nothing is in progress.
function withRest(pass: AgentPass, readiness: Readiness): Readiness {
  const isResting =
    ['Stopped', 'SequenceComplete', 'NoPhases', 'Suspended'].includes(readiness.reason) &&
    pass.plan.actions.length === 0;
  if (!isResting) return readiness;
  const isComplete = readiness.reason === 'SequenceComplete' && alive(pass) === undefined;
  return { ...readiness, ready: isComplete ? 'True' : 'False', progress: 'Settled' };
}
