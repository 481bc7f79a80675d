import type { GateObject } from '#api/gate.ts';
import { parseSubject } from '#api/parse-subject.ts';
import type { World } from '#controller/world.ts';
import type { Commit, CommitSigner } from '#drivers/git/git.ts';
import type { ObjectSet } from '#observe/object-set.ts';
import { mirrorPath } from '#observe/observe-repository.ts';
import { guardOf, rejectionOf } from '#plan/gate/guard.ts';

/** What is looked at: the gates' agents, and the commits of their repository. */
export type ForeignLook = {
  readonly objects: ObjectSet;
  readonly commits: readonly Commit[];
  readonly world: Pick<World, 'rig' | 'tools'>;
};

/**
 * Hashes of the claims and verdicts of a gate that do not count, in all of these commits: its status lists only those that
 * nobody has made good. Where that can not be told now, for example because signatures can not be read, it is those in the status.
 */
export async function foreignCommits(gate: GateObject, look: ForeignLook): Promise<ReadonlySet<string>> {
  const { claimant, verifier, repositoryRef, requireSignature } = gate.spec;
  const [one, other] = [claimant, verifier].map((name) => look.objects.find('Agent', name));
  const force = guardOf(gate, { claimant: one, verifier: other });
  const known = new Set((gate.status?.foreign ?? []).map(({ sha }) => sha));
  const said = look.commits.flatMap((commit) => {
    const word = parseSubject(commit.subject, gate.spec);
    return word === undefined ? [] : [{ commit, word }];
  });
  if (force.problem !== undefined) return known;
  let signers: Readonly<Record<string, CommitSigner>> = {};
  if (force.guard === 'Signatures') {
    const { rig, tools } = look.world;
    const shas = said.map(({ commit }) => commit.sha);
    const request = { shas, allowedSignersFile: requireSignature?.allowedSignersFile ?? '' };
    const read = await tools.readers.git.signers(mirrorPath(rig, repositoryRef.name), request);
    if (read.state !== 'known') return known;
    signers = read.value;
  }
  return new Set(said.filter((one) => rejectionOf(force, one, signers) !== undefined).map(({ commit }) => commit.sha));
}
