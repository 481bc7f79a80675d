import type { PhaseObject } from '#api/phase.ts';
import type { SequenceStatus } from '#api/sequence.ts';
import type { PhaseObservation } from '#observe/observation.ts';

import { hasMarker } from '../has-marker.ts';

/** What keeps a done marker from counting: a required gate, where it stands, and in which scope. */
export type Refusal = {
  readonly gate: string;
  readonly state: 'Vetoed' | 'Failed' | 'Unclear' | 'Claimed' | 'Unclaimed' | 'Missing';
  readonly scope?: string;
};

/** What a phase stands at. `done` only with a positive answer about marker and gates at one and the same commit. */
export type PhaseVerdict =
  | { readonly state: 'Done'; readonly commit: string }
  | {
      readonly state: 'Open';
      readonly reason:
        'PhasePending' | 'MarkerMissing' | 'MarkerOld' | 'GateNotPassed' | 'GateVetoed' | 'GateFailed' | 'GateOpen';
      readonly message: string;
      /** Set when the marker is there and a gate keeps it from counting. */
      readonly refusal?: Refusal;
    }
  | { readonly state: 'Unknown'; readonly reason: 'DependencyStale'; readonly message: string };

/** Marker and gates together, at the commit in the repository's status. */
export function phaseVerdict(phase: PhaseObject, seen: PhaseObservation): PhaseVerdict {
  const commit = seen.repository?.status?.commit;
  if (commit === undefined) return stale('waits until the remote was looked at');
  if (seen.statusFile.state === 'unknown') return unread(seen.statusFile.reason);
  const text = seen.statusFile.state === 'known' ? seen.statusFile.value : '';
  const { doneMarker, statusFile } = phase.spec;
  if (!hasMarker(text, doneMarker))
    return { state: 'Open', reason: 'MarkerMissing', message: `no line of ${statusFile} begins with "${doneMarker}"` };
  const isMarkerAlone = phase.spec.donePolicy === 'Marker' || phase.spec.requiredGates.length === 0;
  if (!isMarkerAlone) return gatesVerdict(phase, seen, commit) ?? { state: 'Done', commit };
  return entryOf(phase, seen)?.isMarkerOld === true ? { state: 'Open', ...OLD_MARKER } : { state: 'Done', commit };
}

function unread(reason: string): PhaseVerdict {
  return reason === 'NotObserved'
    ? { state: 'Open', reason: 'PhasePending', message: 'an earlier phase is open' }
    : stale('could not read the status file from the mirror; waits for the next fetch');
}

const OLD_MARKER = {
  reason: 'MarkerOld',
  message: 'it was opened again, and its done marker is from before; it counts once it was gone and is back',
} as const;

function gatesVerdict(phase: PhaseObject, seen: PhaseObservation, commit: string): PhaseVerdict | undefined {
  const opening = openingCommit(phase, seen);
  let verdict: PhaseVerdict | undefined;
  for (const { name, gate } of seen.gates) {
    if (gate === undefined) {
      const refusal = { gate: name, state: 'Missing' } as const;
      return { state: 'Open', reason: 'GateNotPassed', message: `gate "${name}" does not exist; apply it`, refusal };
    }
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
  if (scopes.length === 0) {
    const refusal = { gate, state: 'Unclaimed' } as const;
    return { state: 'Open', reason: 'GateNotPassed', message: `gate "${gate}" has no claim in this phase`, refusal };
  }
  const open = WORST_FIRST.map((state) => scopes.find((one) => one.state === state)).find((one) => one !== undefined);
  const scope = open ?? scopes.find(({ state }) => state !== 'Passed');
  if (scope === undefined) return undefined;
  const message = `gate "${gate}": ${plain(scope.scope)} is ${WORDS[scope.state] ?? 'open'}`;
  const state = refusing(scope.state);
  return {
    state: 'Open',
    reason: GATE_REASONS[scope.state] ?? 'GateOpen',
    message,
    ...(state === undefined ? {} : { refusal: { gate, state, scope: plain(scope.scope) } }),
  };
}

const WORST_FIRST = ['Vetoed', 'Failed', 'Unclear', 'Claimed'] as const;
const GATE_REASONS: Readonly<Record<string, 'GateVetoed' | 'GateFailed'>> = {
  Vetoed: 'GateVetoed',
  Failed: 'GateFailed',
};
const WORDS: Readonly<Record<string, string>> = {
  Vetoed: 'vetoed',
  Failed: 'failed',
  Unclear: 'unclear',
  Claimed: 'claimed',
};

// What the controller itself is still at work on is nothing that an agent could settle.
function refusing(state: string): (typeof WORST_FIRST)[number] | undefined {
  return WORST_FIRST.find((one) => one === state);
}

/** The commit after which claims count for this phase; undefined when all history counts. */
export function openingCommit(phase: PhaseObject, seen: Pick<PhaseObservation, 'sequence'>): string | undefined {
  return entryOf(phase, seen)?.openingCommit;
}

/** What the sequence keeps about the phase; undefined before it was looked at for the first time. */
export function entryOf(
  phase: PhaseObject,
  { sequence }: Pick<PhaseObservation, 'sequence'>,
): SequenceStatus['phases'][number] | undefined {
  return sequence?.status?.phases.find((entry) => entry.name === phase.metadata.name);
}

function plain(scope: string): string {
  return scope.replaceAll(/[^A-Za-z0-9._/*-]/g, '?').slice(0, 64);
}

function stale(message: string): PhaseVerdict {
  return { state: 'Unknown', reason: 'DependencyStale', message };
}
