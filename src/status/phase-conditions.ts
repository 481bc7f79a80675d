import { isTrue, type ConditionChange } from '#api/conditions.ts';
import type { PhaseObject } from '#api/phase.ts';
import type { PhaseEntry } from '#api/sequence.ts';
import type { PhaseObservation } from '#observe/observation.ts';
import { hasMarker } from '#plan/has-marker.ts';
import { blockedText, PHASE_BLOCKED } from '#plan/phase/blocked.ts';
import { doneRefusal, standing } from '#plan/phase/refused-done.ts';
import { isOverTime } from '#plan/phase/time-budget.ts';

import { condition, type Pass } from './pass.ts';

type PhasePass = Pass<PhaseObject, PhaseObservation>;

/** The conditions of a phase beside its readiness: marker, regression, block, refused marker and time budget. */
export function phaseChanges(pass: PhasePass, entry: PhaseEntry | undefined): readonly ConditionChange[] {
  return [...markerChanges(pass, entry), ...blockedChange(pass, entry), ...refusedChange(pass), overTimeChange(pass)];
}

function markerChanges({ object, seen }: PhasePass, entry: PhaseEntry | undefined): readonly ConditionChange[] {
  const text = seen.statusFile.state === 'known' ? seen.statusFile.value : '';
  const isMarked = seen.statusFile.state === 'unknown' ? undefined : hasMarker(text, object.spec.doneMarker);
  // What a person ended has no marker to lose.
  const isRegressed = entry?.state === 'Done' && entry.doneBy === undefined && isMarked === false;
  const message = isRegressed
    ? 'it was done, but its status file no longer says so; the rig does not go back by itself'
    : '';
  return [
    condition('MarkerPresent', isMarked, { reason: isMarked === true ? 'MarkerFound' : 'MarkerMissing' }),
    condition('Regressed', isRegressed, { reason: isRegressed ? 'Regressed' : 'PhaseCurrent', message }),
  ];
}

// While the file can not be read the last answer stands: a block that was told is not told again after a fault.
function blockedChange({ object, seen }: PhasePass, entry: PhaseEntry | undefined): readonly ConditionChange[] {
  if (entry?.state === 'Current' && seen.statusFile.state === 'unknown') return [];
  const text = blockedText(object, seen);
  return [
    text === undefined
      ? condition('Blocked', false, { reason: 'NotBlocked' })
      : condition('Blocked', true, { reason: PHASE_BLOCKED, message: text }),
  ];
}

function refusedChange({ object, seen }: PhasePass): readonly ConditionChange[] {
  const refusal = doneRefusal(object, seen);
  const wasRefused = isTrue(object.status?.conditions ?? [], 'DoneRefused');
  if (refusal.state === 'Unknown') return [];
  if (refusal.state === 'None') return wasRefused ? [condition('DoneRefused', false, { reason: 'PhaseCurrent' })] : [];
  const { matter } = refusal;
  const message = `it shows its done marker, but gate "${matter.gate}" ${standing(matter)}`;
  return [
    condition('DoneRefused', true, { reason: matter.state === 'Vetoed' ? 'DoneUnderVeto' : 'DoneRefused', message }),
  ];
}

function overTimeChange({ object, seen, moment }: PhasePass): ConditionChange {
  if (!isOverTime(object, seen, moment)) return condition('OverTime', false, { reason: 'InTime' });
  const message = `it is open for longer than its time budget of ${object.spec.timeBudget ?? ''}`;
  return condition('OverTime', true, { reason: 'TimeBudgetExceeded', message });
}
