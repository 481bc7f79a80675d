import type { PhaseEntry, PhaseOrderRecord, SequenceObject } from '#api/sequence.ts';
import type { PhaseObject } from '#api/phase.ts';
import { isTrue } from '#api/conditions.ts';
import { activeOrder } from '#api/operator.ts';
import { fromIso } from '#api/time.ts';
import type { SequenceObservation } from '#observe/observation.ts';

import { carryOutOrder, pendingOrder, withFreshMarker, type Entries } from './phase/phase-order.ts';
import { rememberedEntries } from './phase/remembered-entries.ts';
import { settled, waitFor, type Decision, type Moment, type Plan } from './plan.ts';
import { whenSuspended } from './suspended.ts';

/** A sequence acts on nothing: which phase is current is its status. */
export function planSequence(sequence: SequenceObject, seen: SequenceObservation, moment: Moment): Plan {
  return { key: `Sequence/${sequence.metadata.name}`, ...decide(sequence, seen, moment) };
}

function decide(sequence: SequenceObject, seen: SequenceObservation, moment: Moment): Decision {
  // A sequence has no manifest that could suspend it.
  const suspended = whenSuspended({ ...sequence, spec: { suspend: false } }, moment);
  if (suspended !== undefined) return suspended;
  if (seen.unreadable.length > 0) {
    const message = `${seen.unreadable.join(', ')} can not be read; correct the files in the state directory`;
    return waitFor('Unreadable', message, { needsPerson: true });
  }
  if (seen.phases.length === 0) return waitFor('NoPhases', `no phase names sequence "${sequence.metadata.name}"`);
  const stale = seen.phases.find((phase) => !isDecided(phase, seen));
  return stale === undefined || sequence.status?.observedCommit !== undefined
    ? settled()
    : waitFor('DependencyStale', `waits until phase "${stale.metadata.name}" was looked at`);
}

/** Everything that is kept about the phases of a sequence. */
export type SequencePhases = {
  /** By order: the first that is not done is current. */
  readonly phases: readonly PhaseEntry[];
  /** Done phases that are declared no more. */
  readonly former: readonly PhaseEntry[];
  /** The person's order that was carried out now. */
  readonly record?: PhaseOrderRecord | undefined;
};

/** Done phases that are remembered although nobody declares them. */
const KEPT_FORMER = 100;

/**
 * The phases with their states: the first by order that is not done is current. What was done stays done, also when it
 * was taken away and comes back, until a person opens it again. On the first look ever there is no opening commit: a
 * phase whose marker is there counts as done when a later phase's is too, otherwise by its gates over the whole history.
 * Undefined while a phase has not been looked at, or the sequence is suspended.
 */
export function derivePhases(
  sequence: SequenceObject,
  seen: SequenceObservation,
  at: string,
): SequencePhases | undefined {
  const { status } = sequence;
  const isFirstLook = status?.observedCommit === undefined;
  if (isHeld(sequence, seen, at) || (isFirstLook && seen.phases.some((phase) => !isDecided(phase, seen))))
    return undefined;
  const before = rememberedEntries(status ?? {}, seen.phases);
  const order = pendingOrder(sequence);
  const { entries, record } =
    order === undefined
      ? { entries: before, record: undefined }
      : carryOutOrder(order, seen.phases, { entries: before, at });
  const declared = new Set(seen.phases.map(({ metadata }) => metadata.name));
  const former = [...entries.values()].filter(({ name, state }) => state === 'Done' && !declared.has(name));
  return { phases: stateEach(seen, { entries, at, isFirstLook }), former: former.slice(-KEPT_FORMER), record };
}

function isHeld({ operator }: SequenceObject, { unreadable }: SequenceObservation, at: string): boolean {
  return unreadable.length > 0 || activeOrder(operator?.suspend, fromIso(at) ?? 0) !== undefined;
}

type Derivation = { readonly entries: Entries; readonly at: string; readonly isFirstLook: boolean };

function stateEach(seen: SequenceObservation, { entries, at, isFirstLook }: Derivation): readonly PhaseEntry[] {
  const lastMarked = isFirstLook ? seen.phases.findLastIndex((phase) => hasDoneMarker(phase)) : -1;
  let current: string | undefined;
  return seen.phases.map((phase, index) => {
    const before = withFreshMarker(entries.get(phase.metadata.name), phase);
    const base = { ...before, name: phase.metadata.name, id: phase.spec.id };
    const isDone =
      before?.state === 'Done' ||
      (current === undefined &&
        !isSuspended(phase, at) &&
        (index < lastMarked || isPhaseDone(phase, before, isFirstLook)));
    if (isDone) return done(base, phase, at);
    if (current !== undefined) return { ...base, state: 'Pending' as const };
    current = phase.metadata.name;
    return { ...base, state: 'Current' as const, ...opening(before, phase, { seen, at, isFirstLook }) };
  });
}

function done(base: Omit<PhaseEntry, 'state'>, phase: PhaseObject, at: string): PhaseEntry {
  const commit = phase.status?.['verdictCommit'] as string | undefined;
  const doneCommit = (base['doneCommit'] as string | undefined) ?? commit;
  return {
    ...base,
    name: phase.metadata.name,
    id: phase.spec.id,
    state: 'Done',
    doneAt: (base['doneAt'] as string | undefined) ?? at,
    ...(doneCommit === undefined ? {} : { doneCommit }),
  };
}

function opening(
  before: PhaseEntry | undefined,
  phase: PhaseObject,
  look: { seen: SequenceObservation; at: string; isFirstLook: boolean },
) {
  if (before?.openedAt !== undefined) return { openedAt: before.openedAt };
  const commit = repositoryOf(phase, look.seen)?.status?.commit;
  return { openedAt: look.at, ...(look.isFirstLook || commit === undefined ? {} : { openingCommit: commit }) };
}

// A phase that was just opened was judged for a window that was not its own: its verdict counts from the next look on.
function isPhaseDone(phase: PhaseObject, before: PhaseEntry | undefined, isFirstLook: boolean): boolean {
  const isJudgedAsCurrent = before?.state === 'Current' || isFirstLook;
  // Opened again at the same commit it has the same window: the times tell the two apart.
  const isJudgedAnew = before?.reopenedBy === undefined || phase.status?.openedAt === before.openedAt;
  return (
    isJudgedAsCurrent &&
    isJudgedAnew &&
    phase.status?.['verdictState'] === 'Done' &&
    phase.status['verdictWindow'] === before?.openingCommit
  );
}

// A suspended phase is looked at, and not left.
function isSuspended({ spec, operator }: PhaseObject, at: string): boolean {
  return spec.suspend || activeOrder(operator?.suspend, fromIso(at) ?? 0) !== undefined;
}

function hasDoneMarker(phase: PhaseObject): boolean {
  return isTrue(phase.status?.conditions ?? [], 'MarkerPresent');
}

function isDecided(phase: PhaseObject, seen: SequenceObservation): boolean {
  const commit = repositoryOf(phase, seen)?.status?.commit;
  return (
    commit !== undefined && phase.status?.['verdictCommit'] === commit && phase.status['verdictState'] !== 'Unknown'
  );
}

function repositoryOf(phase: PhaseObject, seen: SequenceObservation) {
  return seen.repositories.find((repository) => repository.metadata.name === phase.spec.repositoryRef.name);
}
