import type { GateObject } from '#api/gate.ts';
import { parseSubject } from '#api/parse-subject.ts';
import type { Commit } from '#drivers/git/git.ts';
import type { GateObservation } from '#observe/observation.ts';

import { deriveGate, type Counts, type ScopeState } from '../derive-gate.ts';
import { withEvidence } from './evidence.ts';
import { guardOf, rejectionOf, type GuardInForce, type Rejection } from './guard.ts';
import { withOverride } from './override.ts';

/** A claim or verdict that does not count, because somebody else made it. */
export type Foreign = {
  readonly commit: Commit;
  readonly kind: 'Claim' | 'Verdict';
  readonly scope: string;
  readonly rejection: Rejection;
};

/** Everything that git, guard, evidence and a person say about a gate. */
export type GateReading = {
  readonly guard: GuardInForce;
  /** Scopes of the open phase: these decide whether it may end. */
  readonly scopes: readonly ScopeState[];
  /** Scopes claimed before the phase opened and not answered until then: told, but no part of the phase. */
  readonly carried: readonly ScopeState[];
  /** Newest first, without those that the right agent has said again since. */
  readonly foreign: readonly Foreign[];
  readonly counts: Counts;
};

/** Reads a gate; undefined as long as anything that it rests on is not known. */
export function readGate(gate: GateObject, seen: GateObservation): GateReading | undefined {
  const { commits, earlier, freshShas, signers } = seen;
  const guard = guardOf(gate, seen);
  if (commits.state !== 'known' || earlier.state !== 'known' || freshShas.state !== 'known') return undefined;
  if (signers.state !== 'known' || seen.evidence.state !== 'known' || guard.problem !== undefined) return undefined;
  const counts: Counts = (commit, word) => rejectionOf(guard, { commit, word }, signers.value) === undefined;
  const settle = (scope: ScopeState) => withOverride(gate, withEvidence(gate, seen, scope));
  return {
    guard,
    scopes: deriveGate(commits.value, gate.spec, counts).map(settle),
    carried: carriedScopes(gate, { window: commits.value, earlier: earlier.value }, counts).map(settle),
    foreign: foreignCommits(gate, commits.value, (commit, word) => rejectionOf(guard, { commit, word }, signers.value)),
    counts,
  };
}

// A claim from before the phase is open until it is answered; an answer from before the phase was told in its time.
function carriedScopes(
  gate: GateObject,
  { window, earlier }: { readonly window: readonly Commit[]; readonly earlier: readonly Commit[] },
  counts: Counts,
): readonly ScopeState[] {
  if (earlier.length === 0) return [];
  const inWindow = new Set(window.map(({ sha }) => sha));
  return deriveGate([...window, ...earlier], gate.spec, counts).filter(({ claim, verdict, awaits }) => {
    if (claim === undefined || inWindow.has(claim.sha)) return false;
    return awaits !== undefined || (verdict !== undefined && inWindow.has(verdict.sha));
  });
}

function foreignCommits(
  gate: GateObject,
  commits: readonly Commit[],
  rejection: (commit: Commit, word: NonNullable<ReturnType<typeof parseSubject>>) => Rejection | undefined,
): readonly Foreign[] {
  const said = new Set<string>();
  return commits.flatMap((commit): readonly Foreign[] => {
    const word = parseSubject(commit.subject, gate.spec);
    if (word === undefined) return [];
    const why = rejection(commit, word);
    const matter = `${word.kind} ${word.scope}`;
    if (why === undefined) said.add(matter);
    if (why === undefined || said.has(matter)) return [];
    return [{ commit, kind: word.kind, scope: word.scope, rejection: why }];
  });
}
