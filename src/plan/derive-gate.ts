import type { GateObject } from '#api/gate.ts';
import type { Commit } from '#drivers/git/git.ts';

/** What a verdict says. `Unclear` is a review commit that none of the patterns fits. */
export type Verdict = 'Pass' | 'Fail' | 'Veto' | 'Unclear';

/** Where one scope stands. */
export type ScopeState = {
  readonly scope: string;
  readonly state: 'Claimed' | 'Passed' | 'Failed' | 'Vetoed' | 'Unclear';
  readonly claim?: Commit | undefined;
  readonly verdict?: Commit | undefined;
  /** What the latest claim waits for, also under a veto: any answer, or one that is clear. Undefined when it is answered. */
  readonly awaits?: 'Verdict' | 'ClearVerdict' | undefined;
};

type Parsed = { readonly kind: 'Claim' | 'Verdict'; readonly scope: string; readonly verdict?: Verdict };
type Ledger = { claim?: Commit; answer?: { commit: Commit; verdict: Verdict }; veto?: Commit };
type Ledgers = Map<string, Ledger>;

/**
 * Where every scope of a gate stands after these commits (newest first, topological order). A verdict answers the
 * latest earlier claim of its scope; a veto needs no claim and holds until a later PASS in its scope.
 */
export function deriveGate(commits: readonly Commit[], spec: GateObject['spec']): readonly ScopeState[] {
  const ledgers: Ledgers = new Map();
  for (const commit of commits.toReversed()) enter(ledgers, commit, spec);
  return [...ledgers]
    .flatMap(([scope, ledger]) => stateOf(scope, ledger) ?? [])
    .sort((a, b) => (a.scope < b.scope ? -1 : 1));
}

/**
 * The newest of these commits (newest first) at which every scope claimed until then had passed; undefined when there
 * is none. Who looks for the first time sees by it where one phase had ended although the next one has claimed already.
 */
export function clearCommit(commits: readonly Commit[], spec: GateObject['spec']): string | undefined {
  const ledgers: Ledgers = new Map();
  let clear: string | undefined;
  let isClear = false;
  for (const commit of commits.toReversed()) {
    if (enter(ledgers, commit, spec)) isClear = hasAllPassed(ledgers);
    if (isClear) clear = commit.sha;
  }
  return clear;
}

function hasAllPassed(ledgers: Ledgers): boolean {
  const states = [...ledgers].flatMap(([scope, ledger]) => stateOf(scope, ledger)?.state ?? []);
  return states.length > 0 && states.every((state) => state === 'Passed');
}

// Answers whether the commit says something to this gate.
function enter(ledgers: Ledgers, commit: Commit, spec: GateObject['spec']): boolean {
  const parsed = parseSubject(commit.subject, spec);
  if (parsed === undefined || !matchesScope(parsed.scope, spec.scope)) return false;
  const ledger = ledgers.get(parsed.scope) ?? {};
  const next =
    parsed.kind === 'Claim' ? claimed(ledger, commit) : answered(ledger, commit, parsed.verdict ?? 'Unclear');
  ledgers.set(parsed.scope, next);
  return true;
}

/** What a commit's subject says to this gate, or undefined. */
export function parseSubject(subject: string, spec: GateObject['spec']): Parsed | undefined {
  const claim = scopeAfter(subject, spec.claim.prefix);
  if (claim !== undefined) return { kind: 'Claim', scope: claim.scope };
  const review = scopeAfter(subject, spec.verdict.prefix);
  if (review === undefined) return undefined;
  return { kind: 'Verdict', scope: review.scope, verdict: verdictOf(review.text, spec.verdict) };
}

/** The scope for use outside git: short, without anything that could be a key or an instruction; undefined when it is not plain. */
export function plainScope(scope: string): string | undefined {
  return /^[A-Za-z0-9._/*-]{1,64}$/.test(scope) ? scope : undefined;
}

function scopeAfter(subject: string, prefix: string): { scope: string; text: string } | undefined {
  if (!subject.startsWith(`${prefix}(`)) return undefined;
  const close = subject.indexOf('):', prefix.length);
  if (close < 0) return undefined;
  return { scope: subject.slice(prefix.length + 1, close).trim(), text: subject.slice(close + 2).trim() };
}

function verdictOf(text: string, patterns: GateObject['spec']['verdict']): Verdict {
  if (new RegExp(patterns.veto, 'u').test(text)) return 'Veto';
  if (new RegExp(patterns.fail, 'u').test(text)) return 'Fail';
  return new RegExp(patterns.pass, 'u').test(text) ? 'Pass' : 'Unclear';
}

function matchesScope(scope: string, wanted: string): boolean {
  if (wanted === '*' || scope === wanted || scope === '*') return true;
  return wanted.endsWith('*') && scope.startsWith(wanted.slice(0, -1));
}

function claimed(ledger: Ledger, commit: Commit): Ledger {
  return { ...(ledger.veto === undefined ? {} : { veto: ledger.veto }), claim: commit };
}

function answered(ledger: Ledger, commit: Commit, verdict: Verdict): Ledger {
  const { claim } = ledger;
  const kept = claim === undefined ? {} : { claim };
  if (verdict === 'Veto') return { ...kept, veto: commit, answer: { commit, verdict } };
  const veto = verdict === 'Pass' || ledger.veto === undefined ? {} : { veto: ledger.veto };
  return { ...kept, ...veto, answer: { commit, verdict } };
}

function stateOf(scope: string, ledger: Ledger): ScopeState | undefined {
  const { claim, answer, veto } = ledger;
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
