/** One commit of a random history, apart from every driver. */
export type TruthCommit = {
  readonly sha: string;
  readonly parents: readonly string[];
  /** What it says to the gate, by the agent that may say it; undefined for everything else. */
  readonly word?: { readonly scope: string; readonly says: 'claim' | 'PASS' | 'FAIL' | 'VETO' | 'unclear' };
  readonly isDone: boolean;
};

/** Where a scope stands. */
export type TruthScope = {
  readonly scope: string;
  readonly claim: string | undefined;
  readonly answer: string | undefined;
  readonly isOpen: boolean;
  readonly hasPassed: boolean;
};

type Fold = { claim?: string; answer?: { sha: string; says: string }; isVetoed: boolean };

/** What commits mean, derived without the code under test: parents are made before their children. */
export class GateTruth {
  readonly #commits = new Map<string, TruthCommit>();
  /** What the gate's command showed about claims; undefined when the gate has none. */
  evidence: Map<string, 'Passed' | 'Failed'> | undefined;

  add(commit: TruthCommit): void {
    this.#commits.set(commit.sha, commit);
  }

  /** Commits that a head can reach, in the order of their making. */
  history(head: string): readonly TruthCommit[] {
    const found = new Set<string>();
    const open = [head];
    for (let sha = open.pop(); sha !== undefined; sha = open.pop()) {
      if (found.has(sha)) continue;
      found.add(sha);
      open.push(...(this.#commits.get(sha)?.parents ?? []));
    }
    return [...this.#commits.values()].filter(({ sha }) => found.has(sha));
  }

  /** The scopes at a head. */
  scopes(head: string): readonly TruthScope[] {
    const scopes = new Map<string, Fold>();
    for (const { sha, word } of this.history(head)) {
      if (word === undefined) continue;
      const before = scopes.get(word.scope) ?? { isVetoed: false };
      scopes.set(word.scope, fold(before, { sha, says: word.says }));
    }
    return [...scopes].map(([scope, { claim, answer, isVetoed }]) => ({
      scope,
      claim,
      answer: answer?.sha,
      isOpen:
        claim !== undefined && (answer === undefined || answer.says === 'unclear') && this.#isAlive(claim, isVetoed),
      hasPassed: claim !== undefined && answer?.says === 'PASS' && !isVetoed && this.#isShown(claim),
    }));
  }

  /** Why a phase may not be called done at a head; undefined when it may. */
  whyNotDone(head: string): string | undefined {
    if (!this.history(head).some(({ isDone }) => isDone)) return 'its status file does not say so';
    const scopes = this.scopes(head).filter(({ claim, answer }) => claim !== undefined || answer !== undefined);
    if (!scopes.some(({ claim }) => claim !== undefined)) return 'nothing was claimed';
    const open = scopes.find((one) => !one.hasPassed && (one.claim !== undefined || this.#isVeto(one.answer)));
    return open === undefined ? undefined : `scope ${open.scope} has not passed`;
  }

  // A failure of the command answers a claim, unless a veto stands over it anyway.
  #isAlive(claim: string, isVetoed: boolean): boolean {
    return isVetoed || this.evidence?.get(claim) !== 'Failed';
  }

  #isShown(claim: string): boolean {
    return this.evidence === undefined || this.evidence.get(claim) === 'Passed';
  }

  #isVeto(sha: string | undefined): boolean {
    return this.#commits.get(sha ?? '')?.word?.says === 'VETO';
  }
}

function fold(before: Fold, { sha, says }: { sha: string; says: string }): Fold {
  if (says === 'claim') return { claim: sha, isVetoed: before.isVetoed };
  const isVetoed = says === 'VETO' || (before.isVetoed && says !== 'PASS');
  return { ...(before.claim === undefined ? {} : { claim: before.claim }), answer: { sha, says }, isVetoed };
}
