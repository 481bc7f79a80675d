import { compact } from '#api/compact.ts';
import type { Readiness } from '#api/conditions.ts';
import type { PhaseEntry, SequenceObject, SequenceStatus } from '#api/sequence.ts';
import type { SequenceObservation } from '#observe/observation.ts';
import { derivePhases, type SequencePhases } from '#plan/plan-sequence.ts';

import { condition, conditionsOf, isoOf, unsettledReadiness, type Pass } from './pass.ts';
import { statusPatch } from './status-patch.ts';

type SequencePass = Pass<SequenceObject, SequenceObservation>;

const UNDECIDED: Readiness = {
  ready: 'Unknown',
  progress: 'Reconciling',
  reason: 'DependencyStale',
  message: 'waits until every phase was looked at',
};

/** The status of a sequence: which phase is open, and what was done when. */
export function summarizeSequence(pass: SequencePass): SequenceStatus {
  const derived = derivePhases(pass.object, pass.seen, isoOf(pass));
  const { metadata, status } = pass.object;
  if (derived === undefined || derived.phases.length === 0) {
    const conditions = [...conditionsOf(pass, unsettledReadiness(pass) ?? UNDECIDED, [])];
    return { phases: [], ...status, observedGeneration: metadata.generation, conditions };
  }
  const { phases } = derived;
  const current = phases.find((entry) => entry.state === 'Current');
  const ready = sequenceReadiness(current);
  return {
    ...keptStatus(status),
    observedGeneration: metadata.generation,
    phases: [...phases],
    ...orderStatus(status, derived),
    ...compact({ observedCommit: isSame(status?.phases, phases) ? status?.observedCommit : commitOf(pass) }),
    ...(current === undefined ? completeStatus(pass) : { currentPhase: current.name, currentPhaseId: current.id }),
    conditions: [...conditionsOf(pass, ready, [condition('Complete', current === undefined, ready)])],
  };
}

// The commit that this was derived from: a commit that changed nothing about the phases is none.
function isSame(before: readonly PhaseEntry[] | undefined, after: readonly PhaseEntry[]): boolean {
  return statusPatch([...(before ?? [])], [...after]).length === 0;
}

function keptStatus(status: SequenceStatus | undefined): Partial<SequenceStatus> {
  if (status === undefined) return {};
  const { currentPhase: _name, currentPhaseId: _id, completedAt: _at, completedCommit: _commit, ...kept } = status;
  const { formerPhases: _former, ...rest } = kept;
  return rest;
}

/** Orders of persons that a sequence remembers. */
const KEPT_ORDERS = 50;

function orderStatus(status: SequenceStatus | undefined, { former, record }: SequencePhases): Partial<SequenceStatus> {
  return {
    ...(former.length === 0 ? {} : { formerPhases: [...former] }),
    ...(record === undefined
      ? {}
      : { handledOrder: record.id, orders: [...(status?.orders ?? []), record].slice(-KEPT_ORDERS) }),
  };
}

function completeStatus(pass: SequencePass): Partial<SequenceStatus> {
  const { completedAt, completedCommit } = pass.object.status ?? {};
  return {
    completedAt: completedAt ?? isoOf(pass),
    ...compact({ completedCommit: completedCommit ?? commitOf(pass) }),
  };
}

function commitOf({ seen }: SequencePass): string | undefined {
  return seen.repositories[0]?.status?.commit;
}

function sequenceReadiness(current: PhaseEntry | undefined): Readiness {
  if (current !== undefined) {
    const message = `phase "${current.id}" is open`;
    return { ready: 'False', progress: 'Reconciling', reason: 'SequenceOpen', message };
  }
  return { ready: 'True', progress: 'Settled', reason: 'SequenceComplete', message: 'every phase is done' };
}
