import { compact } from '#api/compact.ts';
import type { Readiness } from '#api/conditions.ts';
import type { PhaseObject, PhaseStatus } from '#api/phase.ts';
import type { PhaseObservation } from '#observe/observation.ts';
import { hasMarker } from '#plan/has-marker.ts';
import { openingCommit, phaseVerdict } from '#plan/plan-phase.ts';
import type { PhaseEntry } from '#plan/plan-sequence.ts';

import { condition, conditionsOf, unsettledReadiness, type Pass } from './pass.ts';

type PhasePass = Pass<PhaseObject, PhaseObservation>;

/** The status of a phase: its verdict for the commit and window that it was made for. */
export function summarizePhase(pass: PhasePass): PhaseStatus {
  const { object, seen } = pass;
  const before = object.status ?? { conditions: [], verdictWindow: undefined };
  const { verdictWindow: _window, ...kept } = before;
  const entry = seen.sequence?.status?.phases.find(({ name }) => name === object.metadata.name);
  const verdict = phaseVerdict(object, seen).state;
  const { openedAt, openingCommit: opening, doneAt, doneCommit } = entry ?? {};
  return {
    ...kept,
    observedGeneration: object.metadata.generation,
    verdictState: verdict,
    ...compact({ verdictCommit: verdictCommit(pass, verdict), verdictWindow: openingCommit(object, seen) }),
    ...compact({ openedAt, openingCommit: opening, doneAt, doneCommit }),
    conditions: [...conditionsOf(pass, phaseReadiness(pass, entry), markerChanges(pass, entry))],
  };
}

// The first look at a sequence compares all phases at one commit; after it only a verdict that changed is news.
function verdictCommit({ object, seen }: PhasePass, verdict: string): string | undefined {
  const isFirstLook = seen.sequence?.status?.observedCommit === undefined;
  const isNews = isFirstLook || object.status?.['verdictState'] !== verdict;
  return isNews ? seen.repository?.status?.commit : (object.status?.['verdictCommit'] as string | undefined);
}

function markerChanges({ object, seen }: PhasePass, entry: PhaseEntry | undefined) {
  const text = seen.statusFile.state === 'known' ? seen.statusFile.value : '';
  const isMarked = seen.statusFile.state === 'unknown' ? undefined : hasMarker(text, object.spec.doneMarker);
  const isRegressed = entry?.state === 'Done' && isMarked === false;
  const message = isRegressed
    ? 'it was done, but its status file no longer says so; the rig does not go back by itself'
    : '';
  return [
    condition('MarkerPresent', isMarked, { reason: isMarked === true ? 'MarkerFound' : 'MarkerMissing' }),
    condition('Regressed', isRegressed, { reason: isRegressed ? 'Regressed' : 'PhaseCurrent', message }),
  ];
}

function phaseReadiness(pass: Pass<PhaseObject, PhaseObservation>, entry: PhaseEntry | undefined): Readiness {
  if (entry?.state === 'Done')
    return { ready: 'True', progress: 'Settled', reason: 'PhaseDone', message: 'it is done' };
  const unsettled = unsettledReadiness(pass);
  if (unsettled !== undefined) return unsettled;
  const verdict = phaseVerdict(pass.object, pass.seen);
  const open = verdict.state === 'Done' ? { reason: 'MarkerFound' as const, message: 'it shows its marker' } : verdict;
  const isPending = entry === undefined || entry.state === 'Pending';
  if (isPending)
    return { ready: 'False', progress: 'Settled', reason: 'PhasePending', message: 'an earlier phase is open' };
  return {
    ready: 'False',
    progress: 'Reconciling',
    reason: open.reason === 'MarkerFound' ? 'MarkerFound' : open.reason,
    message: open.message,
  };
}
