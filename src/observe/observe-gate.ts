import type { AgentObject } from '#api/agent.ts';
import { known, unknown, type Fact } from '#api/fact.ts';
import type { GateObject } from '#api/gate.ts';
import { gateWindow } from '#api/gate-window.ts';
import { parseSubject } from '#api/parse-subject.ts';
import type { RepositoryObject } from '#api/repository.ts';
import type { Commit, GitReader } from '#drivers/git/git.ts';

import { freshShas } from './fresh-shas.ts';
import type { GateObservation } from './observation.ts';
import { mirrorPath } from './observe-repository.ts';
import type { Look, Readers } from './readers.ts';
import { readUnpushed } from './read-unpushed.ts';

/** How far back claims are looked for before the open phase, or when no phase has opened a window yet. */
const HISTORY_LIMIT = 5000;

/** Where the runs of a gate's own command are. */
export function evidenceRoot(rig: Readers['rig'], gate: string): string {
  return `${rig.stateDir}/evidence/${gate}`;
}

/** Reads the history of the branch, at the one commit in the repository's status, and what else the gate is judged by. */
export async function observeGate(gate: GateObject, { readers, objects }: Look): Promise<GateObservation> {
  const repository = objects.find('Repository', gate.spec.repositoryRef.name);
  const sequence = objects.find('Sequence', gate.spec.sequence);
  const claimant = objects.find('Agent', gate.spec.claimant);
  const commit = repository?.status?.commit;
  const opening = gateWindow(sequence);
  const mirror = mirrorPath(readers.rig, gate.spec.repositoryRef.name);
  const { commits, earlier } = await readHistory(readers.git, mirror, { commit, opening });
  const fresh = freshOf(gate, commits, earlier);
  const hasNewClaim = commit !== undefined && namesNewClaim(gate, commits, fresh);
  return {
    kind: 'Gate',
    rig: readers.rig,
    repository,
    sequence,
    claimant,
    verifier: objects.find('Agent', gate.spec.verifier),
    phase: objects.find('Phase', sequence?.status?.currentPhase ?? ''),
    commits,
    earlier,
    freshShas: fresh,
    signers: await readSigners(gate, readers.git, { mirror, commits, earlier }),
    unpushed: hasNewClaim ? await unpushedOf(claimant, readers.git, { mirror, commit, repository }) : undefined,
    evidence:
      gate.spec.evidence === undefined
        ? known({})
        : await readers.evidence.list(evidenceRoot(readers.rig, gate.metadata.name)),
    deliveries: objects.all('Delivery').filter(({ spec }) => spec.cause.gate === gate.metadata.name),
  };
}

type History = { readonly commits: Fact<readonly Commit[]>; readonly earlier: Fact<readonly Commit[]> };

// The part before the phase never changes while the branch only grows, so git is asked for it once.
async function readHistory(
  git: GitReader,
  mirror: string,
  { commit, opening }: { commit: string | undefined; opening: string | undefined },
): Promise<History> {
  if (commit === undefined) {
    const nothing = unknown('NotFetched', 'the remote was not looked at yet');
    return { commits: nothing, earlier: nothing };
  }
  const limit = HISTORY_LIMIT;
  if (opening === undefined) return { commits: await git.log(mirror, { to: commit, limit }), earlier: known([]) };
  const [commits, isPart, before] = await Promise.all([
    git.log(mirror, { to: commit, limit, from: opening }),
    git.isAncestor(mirror, opening, commit),
    git.log(mirror, { to: opening, limit }),
  ]);
  // The opening commit was pushed away, and the mirror made again without it: as after the loss of all state, the whole
  // history is judged rather than nothing for ever.
  if (commits.state === 'unknown' && commits.reason === 'CommitMissing')
    return { commits: await git.log(mirror, { to: commit, limit }), earlier: known([]) };
  if (commits.state !== 'known') return { commits, earlier: known([]) };
  if (isPart.state !== 'known') return { commits, earlier: isPart.state === 'absent' ? known([]) : isPart };
  if (isPart.value) return { commits, earlier: before };
  // The opening commit was taken out of the branch: what the two histories share is what came before.
  const all = await git.log(mirror, { to: commit, limit });
  if (all.state !== 'known') return { commits, earlier: all };
  const inWindow = new Set(commits.value.map(({ sha }) => sha));
  return { commits, earlier: known(all.value.filter(({ sha }) => !inWindow.has(sha))) };
}

function freshOf(
  gate: GateObject,
  commits: GateObservation['commits'],
  earlier: GateObservation['earlier'],
): GateObservation['freshShas'] {
  if (commits.state !== 'known') return commits;
  if (earlier.state !== 'known') return earlier;
  return known(freshShas([...commits.value, ...earlier.value], gate.status?.firstSeenCommit));
}

async function readSigners(
  gate: GateObject,
  git: GitReader,
  { mirror, commits, earlier }: History & { readonly mirror: string },
): Promise<GateObservation['signers']> {
  const file = gate.spec.requireSignature?.allowedSignersFile;
  if (file === undefined || commits.state !== 'known' || earlier.state !== 'known') return known({});
  const shas = [...commits.value, ...earlier.value]
    .filter(({ subject }) => parseSubject(subject, gate.spec) !== undefined)
    .map(({ sha }) => sha);
  return git.signers(mirror, { shas, allowedSignersFile: file });
}

// The clone is read only for a claim that came since the last look: later it says nothing about the claim.
function namesNewClaim(
  { spec, status }: GateObject,
  commits: GateObservation['commits'],
  fresh: GateObservation['freshShas'],
): boolean {
  if (commits.state !== 'known' || fresh.state !== 'known') return false;
  const old = new Set([...(status?.scopes ?? []), ...(status?.carried ?? [])].map(({ claim }) => claim?.sha));
  for (const { sha } of status?.foreign ?? []) old.add(sha);
  const said = new Set<string>();
  return commits.value.some(({ sha, subject }) => {
    const word = parseSubject(subject, spec);
    if (word?.kind !== 'Claim' || said.has(word.scope)) return false;
    said.add(word.scope);
    return fresh.value.includes(sha) && !old.has(sha);
  });
}

async function unpushedOf(
  claimant: AgentObject | undefined,
  git: GitReader,
  at: { readonly mirror: string; readonly commit: string; readonly repository: RepositoryObject | undefined },
): Promise<GateObservation['unpushed']> {
  const { repository, ...place } = at;
  const isClone = repository !== undefined && claimant?.spec.repositoryRef?.name === repository.metadata.name;
  if (!isClone) return undefined;
  return readUnpushed(git, { ...place, clone: claimant.spec.workdir, branch: repository.spec.branch });
}
