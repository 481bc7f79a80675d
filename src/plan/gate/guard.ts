import type { GateObject } from '#api/gate.ts';
import type { GateWord } from '#api/parse-subject.ts';
import type { Commit, CommitSigner } from '#drivers/git/git.ts';
import type { GateObservation } from '#observe/observation.ts';

/** How a gate tells whose commit it is. `None`: not at all. */
export type Guard = 'None' | 'AuthorNames' | 'Signatures';

/** The guard of a gate with the identities that it compares. `problem`: why it can not tell anything; then nothing may be concluded. */
export type GuardInForce = {
  readonly guard: Guard;
  readonly claimant?: string | undefined;
  readonly verifier?: string | undefined;
  readonly problem?: string | undefined;
};

/** Why a commit that says something to a gate does not count. */
export type Rejection = 'AuthorForeign' | 'SignatureMissing' | 'SignatureForeign';

/** The guard that is in force: what the manifest asks for, or else author names as soon as both agents have distinct ones. */
export function guardOf({ spec }: GateObject, seen: Pick<GateObservation, 'claimant' | 'verifier'>): GuardInForce {
  const claimant = emailOf(seen.claimant);
  const verifier = emailOf(seen.verifier);
  const areDistinct = claimant !== undefined && verifier !== undefined && claimant !== verifier;
  const asked: Guard | undefined =
    spec.requireSignature !== undefined ? 'Signatures' : spec.verifyAuthor === true ? 'AuthorNames' : undefined;
  if (areDistinct) {
    const guard = asked ?? (spec.verifyAuthor === false ? 'None' : 'AuthorNames');
    return { guard, claimant, verifier };
  }
  if (asked === undefined) return { guard: 'None' };
  const field = asked === 'Signatures' ? 'requireSignature' : 'verifyAuthor';
  const problem = `${field} needs to know both agents: give "${spec.claimant}" and "${spec.verifier}" an author with distinct e-mail addresses`;
  return { guard: asked, problem };
}

/** Why this commit does not count; undefined when it does. `signers` holds every commit that says something to the gate. */
export function rejectionOf(
  force: GuardInForce,
  { commit, word }: { readonly commit: Commit; readonly word: GateWord },
  signers: Readonly<Record<string, CommitSigner>>,
): Rejection | undefined {
  if (force.guard === 'None') return undefined;
  const wanted = word.kind === 'Claim' ? force.claimant : force.verifier;
  if (force.guard === 'AuthorNames') return lower(commit.author.email) === wanted ? undefined : 'AuthorForeign';
  const signer = signers[commit.sha] ?? { state: 'None' };
  if (signer.state === 'None') return 'SignatureMissing';
  return signer.state === 'Good' && lower(signer.principal) === wanted ? undefined : 'SignatureForeign';
}

function emailOf(agent: GateObservation['claimant']): string | undefined {
  const email = agent?.spec.author?.email;
  return email === undefined ? undefined : lower(email);
}

function lower(email: string): string {
  return email.trim().toLowerCase();
}
