import { ABSENT, unknown, type Fact } from '#api/fact.ts';
import type { PhaseObject } from '#api/phase.ts';
import type { SequenceObject } from '#api/sequence.ts';

import type { PhaseObservation, SequenceObservation } from './observation.ts';
import { mirrorPath } from './observe-repository.ts';
import { keyOf, type ObjectSet } from './object-set.ts';
import type { Look } from './readers.ts';
import { phasesOf } from './relations.ts';

/** Reads the phase's status file at the one commit. */
export async function observePhase(phase: PhaseObject, { readers, objects }: Look): Promise<PhaseObservation> {
  const repository = objects.find('Repository', phase.spec.repositoryRef.name);
  const commit = repository?.status?.commit;
  const mirror = mirrorPath(readers.rig, phase.spec.repositoryRef.name);
  const sequence = objects.find('Sequence', phase.spec.sequence);
  const gates = phase.spec.requiredGates.map((name) => ({ name, gate: objects.find('Gate', name) }));
  const fileAt = async (at: unknown): Promise<Fact<string>> =>
    typeof at === 'string' ? readers.git.fileAt(mirror, at, phase.spec.statusFile) : ABSENT;
  const isFirstLook = sequence?.status?.observedCommit === undefined;
  return {
    kind: 'Phase',
    repository,
    sequence,
    gates,
    statusFile: await statusFile(commit, isPending(phase, sequence), fileAt),
    clearStatusFiles: isFirstLook
      ? await Promise.all(gates.map(({ gate }) => fileAt(gate?.status?.['clearCommit'])))
      : [],
    ...messagesOf(phase, objects),
  };
}

function messagesOf(phase: PhaseObject, objects: ObjectSet): Pick<PhaseObservation, 'notices' | 'handOffs'> {
  const ofSequence = new Set(
    objects
      .all('Gate')
      .filter(({ spec }) => spec.sequence === phase.spec.sequence)
      .map(({ metadata }) => metadata.name),
  );
  const deliveries = objects.all('Delivery');
  return {
    notices: deliveries.filter(({ spec }) => spec.cause.phase === phase.metadata.name),
    handOffs: deliveries.filter(({ spec }) => spec.cause.gate !== undefined && ofSequence.has(spec.cause.gate)),
  };
}

// A phase whose turn has not come is not judged: its file is read when it opens.
function isPending(phase: PhaseObject, sequence: SequenceObject | undefined): boolean {
  return sequence?.status?.phases.find(({ name }) => name === phase.metadata.name)?.state === 'Pending';
}

async function statusFile(
  commit: string | undefined,
  pending: boolean,
  fileAt: (at: string) => Promise<Fact<string>>,
): Promise<Fact<string>> {
  if (pending) return unknown('NotObserved', 'its turn has not come');
  return commit === undefined ? unknown('NotFetched', 'the remote was not looked at yet') : fileAt(commit);
}

/** Gathers the phases of a sequence; everything else about it is derived. */
export function observeSequence(sequence: SequenceObject, objects: ObjectSet): SequenceObservation {
  const phases = phasesOf(sequence.metadata.name, objects);
  const names = new Set(phases.map(({ spec }) => `Repository/${spec.repositoryRef.name}`));
  const unreadable = objects.unreadable.filter((key) => key.startsWith('Phase/'));
  return {
    kind: 'Sequence',
    phases,
    unreadable,
    repositories: objects.all('Repository').filter((one) => names.has(keyOf(one))),
  };
}
