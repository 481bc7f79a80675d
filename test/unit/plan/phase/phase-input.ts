import { ABSENT, known } from '#api/fact.ts';
import type { PhaseObject } from '#api/phase.ts';
import type { SequenceObject } from '#api/sequence.ts';
import type { PhaseObservation, SequenceObservation } from '#observe/observation.ts';

import { objectOf } from '../../../support/plan-input.ts';

/** When the current phase of these tests was opened. */
export const OPENED_AT = '2026-03-01T08:00:00.000Z';

/** A phase named after its id. */
export function phaseOf(id: string, given: { spec?: object; status?: object } = {}): PhaseObject {
  const spec = { id, order: Number(id) * 10, repositoryRef: { name: 'x' }, ...given.spec };
  return objectOf('Phase', { name: `p${id}`, ...given, spec });
}

/** A sequence whose entries are these; the current one names the current phase. */
export function sequenceOf(entries: readonly { name: string; state: string }[], given: object = {}): SequenceObject {
  const currentPhase = entries.find(({ state }) => state === 'Current')?.name;
  const phases = entries.map((entry) => ({ id: entry.name.slice(1), ...entry }));
  const current = currentPhase === undefined ? {} : { currentPhase };
  const { operator, ...status } = given as { operator?: object };
  return objectOf('Sequence', {
    name: 'main',
    status: { observedCommit: 'c4', ...current, phases, ...status },
    ...(operator === undefined ? {} : { operator }),
  });
}

/** What is seen of an open phase; the status file is absent unless it is given. */
export function phaseSeen(
  given: { statusFile?: string; entry?: object; gates?: PhaseObservation['gates'] } & Partial<
    Pick<PhaseObservation, 'notices' | 'handOffs'>
  >,
): PhaseObservation {
  const { statusFile, entry, gates = [], notices = [], handOffs = [] } = given;
  return {
    kind: 'Phase',
    repository: objectOf('Repository', {
      name: 'x',
      spec: { url: 'https://git.example.org/x.git' },
      status: { commit: 'c9' },
    }),
    sequence: sequenceOf([{ name: 'p1', state: 'Current', ...{ openedAt: OPENED_AT, openingCommit: 'c4' }, ...entry }]),
    gates,
    statusFile: statusFile === undefined ? ABSENT : known(statusFile),
    clearStatusFiles: [],
    notices,
    handOffs,
  };
}

/** What is seen of a sequence with these phases. */
export function sequenceSeen(phases: readonly PhaseObject[]): SequenceObservation {
  const repository = objectOf('Repository', {
    name: 'x',
    spec: { url: 'https://git.example.org/x.git' },
    status: { commit: 'c9' },
  });
  return { kind: 'Sequence', phases, unreadable: [], repositories: [repository] };
}
