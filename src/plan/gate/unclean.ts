import type { GateObject } from '#api/gate.ts';
import type { GateObservation } from '#observe/observation.ts';

import type { ScopeState } from '../derive-gate.ts';
import { recordOf } from './verdict-wait.ts';

/** What the claimant's clone held unpushed when this claim was seen first, in plain words; undefined when nothing, or nobody could tell. */
export function uncleanClaim(gate: GateObject, seen: GateObservation, scope: ScopeState): string | undefined {
  const before = recordOf(gate, scope);
  if (before !== undefined) return before.unclean;
  const { claim } = scope;
  const isFresh = claim !== undefined && seen.freshShas.state === 'known' && seen.freshShas.value.includes(claim.sha);
  if (!isFresh || seen.unpushed?.state !== 'known') return undefined;
  const { changed, untracked, isAhead } = seen.unpushed.value;
  const parts = [
    ...(changed > 0 ? [`${String(changed)} changed ${filesOf(changed)}`] : []),
    ...(untracked > 0 ? [`${String(untracked)} ${filesOf(untracked)} that git does not know`] : []),
    ...(isAhead ? ['commits that are not pushed'] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

function filesOf(count: number): string {
  return count === 1 ? 'file' : 'files';
}
