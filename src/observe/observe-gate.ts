import { compact } from '#api/compact.ts';
import { known, unknown } from '#api/fact.ts';
import type { GateObject } from '#api/gate.ts';

import { freshShas } from './fresh-shas.ts';
import type { GateObservation } from './observation.ts';
import { mirrorPath } from './observe-git.ts';
import type { Look } from './readers.ts';

/** How far back claims are looked for when no phase has opened a window yet. */
const HISTORY_LIMIT = 5000;

/** Reads the history since the open phase began, at the one commit in the repository's status. */
export async function observeGate(gate: GateObject, { readers, objects }: Look): Promise<GateObservation> {
  const repository = objects.find('Repository', gate.spec.repositoryRef.name);
  const sequence = objects.find('Sequence', gate.spec.sequence);
  const commit = repository?.status?.commit;
  const opening = sequence?.status?.phases.find(({ state }) => state === 'Current')?.openingCommit;
  const mirror = mirrorPath(readers.rig, gate.spec.repositoryRef.name);
  const commits =
    commit === undefined
      ? unknown('NotFetched', 'the remote was not looked at yet')
      : await readers.git.log(mirror, { to: commit, limit: HISTORY_LIMIT, ...compact({ from: opening }) });
  return {
    kind: 'Gate',
    rig: readers.rig,
    repository,
    sequence,
    claimant: objects.find('Agent', gate.spec.claimant),
    verifier: objects.find('Agent', gate.spec.verifier),
    phase: objects.find('Phase', sequence?.status?.currentPhase ?? ''),
    commits,
    freshShas: commits.state === 'known' ? known(freshShas(commits.value, gate.status?.firstSeenCommit)) : commits,
    deliveries: objects.all('Delivery').filter(({ spec }) => spec.cause.gate === gate.metadata.name),
  };
}
