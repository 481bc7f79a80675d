import type { AgentStatus } from '#api/agent.ts';
import { toIso } from '#api/time.ts';
import { isStalled } from '#plan/agent/stall.ts';
import { declaredWait } from '#plan/agent/wait-marker.ts';

import { doneOutcome, isoOf } from '../pass.ts';
import { caseOf, type AgentPass } from './agent-pass.ts';
import { notLater } from './not-later.ts';

/** What was tried against a stall, and when. */
export function stallStatus(pass: AgentPass): Partial<AgentStatus> {
  if (!isStalled(caseOf(pass)) || doneOutcome(pass, 'CreateSession') !== undefined) return {};
  const before = pass.object.status?.stall;
  const since = before?.since ?? isoOf(pass);
  const isNudge = pass.outcomes.some(
    ({ action, result }) =>
      action.reason === 'StalledNoMarker' && action.type === 'CreateDelivery' && result === 'Done',
  );
  if (isNudge) return { stall: { since, step: 'Nudged', stepAt: isoOf(pass) } };
  if (doneOutcome(pass, 'Interrupt') !== undefined)
    return { stall: { since, step: 'Interrupted', stepAt: isoOf(pass) } };
  return before === undefined ? {} : { stall: { ...before, stepAt: notLater(before.stepAt, isoOf(pass)) } };
}

/** The time of a declared wait. */
export function waitStatus(pass: AgentPass): Partial<AgentStatus> {
  const wait = declaredWait(caseOf(pass));
  return wait === undefined ? {} : { waitingUntil: toIso(wait.untilMs) };
}

/** The declared wait that was answered last. */
export function wokenStatus(pass: AgentPass): Partial<AgentStatus> {
  const woken = pass.outcomes.find(({ action, result }) => action.reason === 'WaitOver' && result === 'Done')?.action;
  return woken?.type === 'CreateDelivery' ? { wokenFor: woken.name } : {};
}
