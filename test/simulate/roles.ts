import type { Ledger, ScopeTruth } from './ledger.ts';
import type { Random } from './random.ts';

/** What a role does in one turn; true when there is more to do. */
export type Role = {
  work(at: RoleCase): boolean;
  /** True when the history no longer shows what this role waits for. */
  isLost(at: RoleCase): boolean;
};

/** Where a role works. */
export type RoleCase = {
  readonly ledger: Ledger;
  readonly workdir: string;
  readonly phaseId: string;
  readonly random: Random;
  /** True when what this role waits for may have been lost: it then claims again what nobody answers. */
  readonly insists: boolean;
  /** How often a verdict is not PASS, or the marker stands there too early. */
  readonly trouble: number;
};

const MOST_TROUBLE = 2;

/** Claims, repairs what failed, and says that the phase is done when everything has passed. */
export const builder: Role = {
  work(at) {
    const { ledger, phaseId } = at;
    const scopes = ledger.scopes(ledger.history());
    const wanted = toClaim(phaseId, scopes);
    const open = wanted.find((scope) => isToClaim(scopes.find((one) => one.scope === scope)));
    if (open !== undefined) {
      claim(at, open);
      return open !== wanted.at(-1);
    }
    const hasPassed = wantedScopes(phaseId).every(
      (scope) => scopes.find((one) => one.scope === scope)?.verdict === 'PASS',
    );
    if (hasPassed) sayDone(at, wanted[0] ?? '');
    return false;
  },
  isLost({ ledger, phaseId }) {
    const line = ledger.history();
    const scopes = ledger.scopes(line);
    const isOpen = (scope: string) => !scopes.some((one) => one.scope === scope);
    const hasPassed = wantedScopes(phaseId).every(
      (name) => scopes.find(({ scope }) => scope === name)?.verdict === 'PASS',
    );
    return wantedScopes(phaseId).some(isOpen) || (hasPassed && line[0]?.doneIds.has(phaseId) !== true);
  },
};

/** Answers every open claim; sometimes with FAIL, VETO or something unclear. */
export const adversary: Role = {
  work(at) {
    const { ledger, workdir, random } = at;
    const line = ledger.history();
    const open = ledger.scopes(line).filter(({ verdict }) => verdict === undefined || verdict === 'unclear');
    const [scope] = open;
    const [bare] = at.insists ? ledger.bareVetoes(line) : [];
    if (bare !== undefined) ledger.push(workdir, `review(${bare}): PASS nothing is left to veto`);
    if (scope === undefined) return false;
    const answers = line.filter(({ subject, isForged }) => !isForged && subject.startsWith(`review(${scope.scope})`));
    const isTrouble = answers.length < MOST_TROUBLE && random.chance(at.trouble);
    const word = isTrouble ? random.pick(['FAIL', 'VETO', 'Looked at it']) : 'PASS';
    ledger.push(workdir, `review(${scope.scope}): ${word}`);
    return open.length > 1;
  },
  isLost: () => false,
};

function isToClaim(truth: ScopeTruth | undefined): boolean {
  return truth === undefined || truth.verdict === 'FAIL' || (truth.isVetoed && truth.verdict === 'VETO');
}

// What an earlier phase had settled may be open again after a rewrite of the history: who is told of a veto sees to it.
function toClaim(phaseId: string, scopes: readonly ScopeTruth[]): readonly string[] {
  const own = wantedScopes(phaseId);
  const others = scopes.filter((truth) => isToClaim(truth) && !own.includes(truth.scope));
  return [...own, ...others.map(({ scope }) => scope)];
}

function claim({ ledger, phaseId, workdir, random, trouble }: RoleCase, scope: string): void {
  ledger.push(workdir, `claim(${scope}): it works`);
  const isEarly = random.chance(trouble / 2) && ledger.history()[0]?.doneIds.has(phaseId) !== true;
  if (isEarly) ledger.push(workdir, 'status: done too early', phaseId);
}

function sayDone({ ledger, phaseId, workdir, random, insists }: RoleCase, scope: string): void {
  const isSaid = ledger.history()[0]?.doneIds.has(phaseId) === true;
  if (!isSaid) ledger.push(workdir, 'status: done', phaseId);
  else if (insists && random.chance(0.3)) ledger.push(workdir, `claim(${scope}): once more`);
}

function wantedScopes(phaseId: string): readonly string[] {
  return phaseId === '1' ? [`p${phaseId}`] : [`p${phaseId}a`, `p${phaseId}b`];
}
