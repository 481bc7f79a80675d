import type { GateObject } from '#api/gate.ts';
import { parseSubject, type Verdict } from '#api/parse-subject.ts';
import type { Commit } from '#drivers/git/git.ts';

/** A claim with the verdict that answered it; a veto may come without a claim. */
export type Round = {
  readonly phase: string | undefined;
  readonly scope: string;
  readonly claim?: Commit;
  readonly verdict?: { readonly commit: Commit; readonly says: Verdict };
};

/** A commit with the phase that was open when it was made. */
export type PhasedCommit = { readonly commit: Commit; readonly phase: string | undefined };

/**
 * Claims and their verdicts in these commits (oldest first). A verdict that is not clear leaves its claim open; a claim
 * that is followed by another one in its scope stays without an answer. Commits in `foreign` do not count.
 */
export function gateRounds(
  commits: readonly PhasedCommit[],
  gate: Pick<GateObject, 'spec'>,
  foreign: ReadonlySet<string>,
): readonly Round[] {
  const rounds: Round[] = [];
  const openAt = new Map<string, number>();
  for (const { commit, phase } of commits) {
    const word = foreign.has(commit.sha) ? undefined : parseSubject(commit.subject, gate.spec);
    if (word === undefined) continue;
    if (word.kind === 'Claim') {
      openAt.set(word.scope, rounds.push({ phase, scope: word.scope, claim: commit }) - 1);
      continue;
    }
    if (word.verdict === 'Unclear') continue;
    const verdict = { commit, says: word.verdict };
    const index = openAt.get(word.scope);
    const open = index === undefined ? undefined : rounds[index];
    if (index === undefined || open === undefined) rounds.push({ phase, scope: word.scope, verdict });
    else rounds[index] = { ...open, verdict };
    openAt.delete(word.scope);
  }
  return rounds;
}

/** How many scopes were answered, counted per phase, and how many of them with PASS at the first claim. */
export function firstPasses(rounds: readonly Round[]): { readonly answered: number; readonly passed: number } {
  const first = new Map<string, Verdict>();
  for (const { phase, scope, claim, verdict } of rounds) {
    const key = `${phase ?? ''}/${scope}`;
    if (claim !== undefined && verdict !== undefined && !first.has(key)) first.set(key, verdict.says);
  }
  return { answered: first.size, passed: [...first.values()].filter((says) => says === 'Pass').length };
}

/** From each claim to its verdict, ms, by the times that the commits say; never less than zero. */
export function claimToVerdictMs(rounds: readonly Round[]): readonly number[] {
  return rounds.flatMap(({ claim, verdict }) =>
    claim === undefined || verdict === undefined
      ? []
      : [Math.max(0, verdict.commit.committedAtMs - claim.committedAtMs)],
  );
}
