import type { PhaseObject } from '#api/phase.ts';
import type { PhaseObservation } from '#observe/observation.ts';

import { hasMarker } from './has-marker.ts';
import { doNow, settled, waitFor, type Decision, type Moment, type Plan } from './plan.ts';
import { whenSuspended } from './suspended.ts';

/** What a phase stands at. `done` only with a positive answer about marker and gates at one and the same commit. */
export type PhaseVerdict =
  | { readonly state: 'Done'; readonly commit: string }
  | {
      readonly state: 'Open';
      readonly reason: 'PhasePending' | 'MarkerMissing' | 'GateNotPassed' | 'GateVetoed' | 'GateFailed' | 'GateOpen';
      readonly message: string;
    }
  | { readonly state: 'Unknown'; readonly reason: 'DependencyStale'; readonly message: string };

/** A phase acts on nothing; it sees to it that its sequence exists. */
export function planPhase(phase: PhaseObject, seen: PhaseObservation, moment: Moment): Plan {
  return { key: `Phase/${phase.metadata.name}`, ...decide(phase, seen, moment) };
}

function decide(phase: PhaseObject, seen: PhaseObservation, moment: Moment): Decision {
  const name = phase.spec.sequence;
  if (seen.sequence === undefined) {
    return doNow(
      [
        {
          type: 'EnsureSequence',
          reason: 'SequenceMissing',
          message: `sequence "${name}" has no record yet`,
          blast: 'none',
          name,
        },
      ],
      0,
    );
  }
  const suspended = whenSuspended(phase, moment);
  if (suspended !== undefined) return suspended;
  const verdict = phaseVerdict(phase, seen);
  return verdict.state === 'Unknown' ? waitFor(verdict.reason, verdict.message) : settled();
}

/** Marker and gates together, at the commit in the repository's status. */
export function phaseVerdict(phase: PhaseObject, seen: PhaseObservation): PhaseVerdict {
  const commit = seen.repository?.status?.commit;
  if (commit === undefined) return stale('waits until the remote was looked at');
  if (seen.statusFile.state === 'unknown' && seen.statusFile.reason === 'NotObserved')
    return { state: 'Open', reason: 'PhasePending', message: 'an earlier phase is open' };
  if (seen.statusFile.state === 'unknown')
    return stale('could not read the status file from the mirror; waits for the next fetch');
  const text = seen.statusFile.state === 'known' ? seen.statusFile.value : '';
  const { doneMarker, statusFile } = phase.spec;
  if (!hasMarker(text, doneMarker))
    return { state: 'Open', reason: 'MarkerMissing', message: `no line of ${statusFile} begins with "${doneMarker}"` };
  if (phase.spec.donePolicy === 'Marker') return { state: 'Done', commit };
  return gatesVerdict(phase, seen, commit) ?? { state: 'Done', commit };
}

function gatesVerdict(phase: PhaseObject, seen: PhaseObservation, commit: string): PhaseVerdict | undefined {
  const opening = openingCommit(phase, seen);
  let verdict: PhaseVerdict | undefined;
  for (const { name, gate } of seen.gates) {
    if (gate === undefined)
      return { state: 'Open', reason: 'GateNotPassed', message: `gate "${name}" does not exist; apply it` };
    const isFresh =
      gate.status?.observedCommit === commit &&
      gate.status['windowCommit'] === opening &&
      gate.status.observedGeneration === gate.metadata.generation;
    if (!isFresh) return stale(`waits until gate "${name}" was looked at for the same commit`);
    verdict ??= openScope(name, gate.status?.scopes ?? []);
  }
  return wasDoneBefore(phase, seen) ? undefined : verdict;
}

// After the loss of all state the next phase may have claims in flight. The marker stood there when the gates were clear
// last, so this phase had ended before those claims were made.
function wasDoneBefore(phase: PhaseObject, { clearStatusFiles }: PhaseObservation): boolean {
  return (
    clearStatusFiles.length > 0 &&
    clearStatusFiles.every((file) => file.state === 'known' && hasMarker(file.value, phase.spec.doneMarker))
  );
}

function openScope(gate: string, scopes: readonly { scope: string; state: string }[]): PhaseVerdict | undefined {
  if (scopes.length === 0)
    return { state: 'Open', reason: 'GateNotPassed', message: `gate "${gate}" has no claim in this phase` };
  const reasons = { Vetoed: 'GateVetoed', Failed: 'GateFailed', Unclear: 'GateOpen', Claimed: 'GateOpen' } as const;
  for (const state of ['Vetoed', 'Failed', 'Unclear', 'Claimed'] as const) {
    const scope = scopes.find((one) => one.state === state);
    if (scope === undefined) continue;
    return {
      state: 'Open',
      reason: reasons[state],
      message: `gate "${gate}": ${plain(scope.scope)} is ${state.toLowerCase()}`,
    };
  }
  return undefined;
}

/** The commit after which claims count for this phase; undefined when all history counts. */
export function openingCommit(phase: PhaseObject, seen: Pick<PhaseObservation, 'sequence'>): string | undefined {
  return seen.sequence?.status?.phases.find((entry) => entry.name === phase.metadata.name)?.openingCommit;
}

function plain(scope: string): string {
  return scope.replaceAll(/[^A-Za-z0-9._/*-]/g, '?').slice(0, 64);
}

function stale(message: string): PhaseVerdict {
  return { state: 'Unknown', reason: 'DependencyStale', message };
}
