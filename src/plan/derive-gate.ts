import type { GateObject } from '#api/gate.ts';
import { parseSubject, type GateWord, type Verdict } from '#api/parse-subject.ts';
import type { Commit } from '#drivers/git/git.ts';

import { historyOf, type Contains } from './gate/history-of.ts';
import type { Override, ScopeEvidence } from './gate/scope-facts.ts';

/** Where one scope stands. */
export type ScopeState = {
  readonly scope: string;
  /** `EvidenceRunning`: the verdict is PASS, and the gate's own command has not shown it yet. */
  readonly state: 'Claimed' | 'Passed' | 'Failed' | 'Vetoed' | 'Unclear' | 'EvidenceRunning';
  readonly claim?: Commit | undefined;
  readonly verdict?: Commit | undefined;
  /** What the latest claim waits for, also under a veto: any answer, or one that is clear. Undefined when it is answered. */
  readonly awaits?: 'Verdict' | 'ClearVerdict' | undefined;
  /** What the gate's own command shows about the claim. */
  readonly evidence?: ScopeEvidence | undefined;
  /** True when the evidence says something else than the verdict, and so stands in its place. */
  readonly isVerdictVoid?: boolean;
  /** A person's word, which stands for the verdict. */
  readonly override?: Override | undefined;
};

/** Whether a commit that says something to the gate counts: who made it is judged apart. */
export type Counts = (commit: Commit, word: GateWord) => boolean;

type Ledger = { claim?: Commit; answer?: { commit: Commit; verdict: Verdict }; vetoes?: readonly Commit[] };
type Ledgers = Map<string, Ledger>;

/**
 * Where every scope of a gate stands after these commits (newest first, topological order). A verdict answers the
 * latest earlier claim of its scope; a veto needs no claim and holds until a later PASS in its scope. Earlier is what the
 * verdict has in its history: one that a merge put beside the claim was made without it, and so is unclear.
 */
export function deriveGate(
  commits: readonly Commit[],
  spec: GateObject['spec'],
  counts: Counts = everyone,
): readonly ScopeState[] {
  const [ledgers, contains]: [Ledgers, Contains] = [new Map(), historyOf(commits)];
  for (const commit of commits.toReversed()) enter(ledgers, { commit, contains, word: wordOf(commit, spec, counts) });
  return [...ledgers]
    .flatMap(([scope, ledger]) => stateOf(scope, ledger) ?? [])
    .sort((a, b) => (a.scope < b.scope ? -1 : 1));
}

/**
 * The newest of these commits (newest first) at which every scope claimed until then had passed; undefined when there
 * is none. Who looks for the first time sees by it where one phase had ended although the next one has claimed already.
 */
export function clearCommit(
  commits: readonly Commit[],
  spec: GateObject['spec'],
  counts: Counts = everyone,
): string | undefined {
  const [ledgers, contains]: [Ledgers, Contains] = [new Map(), historyOf(commits)];
  let clear: string | undefined;
  let isClear = false;
  for (const commit of commits.toReversed()) {
    const word = wordOf(commit, spec, counts);
    enter(ledgers, { commit, contains, word });
    if (word !== undefined) isClear = hasAllPassed(ledgers);
    if (isClear) clear = commit.sha;
  }
  return clear;
}

/** The scope for use outside git: short, without anything that could be a key or an instruction; undefined when it is not plain. */
export function plainScope(scope: string): string | undefined {
  return /^(?:\*|[A-Za-z0-9._/-]{1,64})$/.test(scope) ? scope : undefined;
}

function everyone(): boolean {
  return true;
}

function hasAllPassed(ledgers: Ledgers): boolean {
  const states = [...ledgers].flatMap(([scope, ledger]) => stateOf(scope, ledger)?.state ?? []);
  return states.length > 0 && states.every((state) => state === 'Passed');
}

function wordOf(commit: Commit, spec: GateObject['spec'], counts: Counts): GateWord | undefined {
  const word = parseSubject(commit.subject, spec);
  return word !== undefined && counts(commit, word) ? word : undefined;
}

type Entered = { readonly commit: Commit; readonly contains: Contains; readonly word: GateWord | undefined };

function enter(ledgers: Ledgers, { commit, contains, word }: Entered): void {
  if (word === undefined) return;
  const ledger = ledgers.get(word.scope) ?? {};
  const at = { commit, contains };
  ledgers.set(word.scope, word.kind === 'Claim' ? claimed(ledger, at) : answered(ledger, at, word.verdict));
}

type At = Omit<Entered, 'word'>;

function claimed({ vetoes, answer }: Ledger, { commit, contains }: At): Ledger {
  const beside = answer === undefined || contains(commit, answer.commit.sha) ? undefined : answer.commit;
  return {
    ...(vetoes === undefined ? {} : { vetoes }),
    ...(beside === undefined ? {} : { answer: { commit: beside, verdict: 'Unclear' as const } }),
    claim: commit,
  };
}

function answered(ledger: Ledger, { commit, contains }: At, verdict: Verdict): Ledger {
  const { claim } = ledger;
  const kept = claim === undefined ? {} : { claim };
  const isBeside = claim !== undefined && !contains(commit, claim.sha);
  // What the claim was answered with stands against a verdict that knows nothing of it.
  const answer = isBeside ? (ledger.answer ?? { commit, verdict: 'Unclear' as const }) : { commit, verdict };
  const { vetoes = [] } = ledger;
  if (verdict === 'Veto') return { ...kept, vetoes: [...vetoes, commit], answer };
  const held = verdict === 'Pass' ? vetoes.filter(({ sha }) => !contains(commit, sha)) : vetoes;
  return { ...kept, vetoes: held, answer };
}

function stateOf(scope: string, ledger: Ledger): ScopeState | undefined {
  const { claim, answer } = ledger;
  const veto = ledger.vetoes?.at(-1);
  const awaits = awaited(ledger);
  if (veto !== undefined) return { scope, state: 'Vetoed', claim, verdict: answer?.commit ?? veto, awaits };
  if (claim === undefined) return undefined;
  if (answer === undefined) return { scope, state: 'Claimed', claim, awaits };
  const states = { Pass: 'Passed', Fail: 'Failed', Veto: 'Vetoed', Unclear: 'Unclear' } as const;
  return { scope, state: states[answer.verdict], claim, verdict: answer.commit, awaits };
}

function awaited({ claim, answer }: Ledger): ScopeState['awaits'] {
  if (claim === undefined) return undefined;
  if (answer === undefined) return 'Verdict';
  return answer.verdict === 'Unclear' ? 'ClearVerdict' : undefined;
}
