import { known } from '#api/fact.ts';
import type { Commit } from '#drivers/git/git.ts';
import type { GateObservation } from '#observe/observation.ts';

import { agentOf, objectOf, RIG } from './plan-input.ts';

/** What a gate sees of these commits (newest first): all of them new, nobody told, the agents without an identity. */
export function gateSeenOf(
  commits: readonly Commit[],
  given: Partial<Omit<GateObservation, 'kind' | 'commits'>> = {},
): GateObservation {
  return {
    kind: 'Gate',
    rig: RIG,
    repository: objectOf('Repository', { spec: { url: 'https://git.example.org/x' }, status: { commit: 'c' } }),
    sequence: objectOf('Sequence', { status: { observedCommit: 'c', phases: [] } }),
    claimant: agentOf(),
    verifier: agentOf(),
    commits: known(commits),
    earlier: known([]),
    freshShas: known(commits.map(({ sha }) => sha)),
    signers: known({}),
    evidence: known({}),
    deliveries: [],
    ...given,
  };
}
