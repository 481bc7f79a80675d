import { known } from '#api/fact.ts';
import type { GateObject } from '#api/gate.ts';
import type { AgentObject } from '#api/agent.ts';
import type { Commit, CommitSigner } from '#drivers/git/git.ts';
import type { EvidenceView } from '#drivers/evidence/evidence.ts';
import type { GateObservation, Unpushed } from '#observe/observation.ts';
import { evidenceRun } from '#plan/gate/evidence.ts';

import { gateSeenOf } from '../support/gate-input.ts';
import { agentOf, commitsOf } from '../support/plan-input.ts';

/** What a gate sees, in few words. Commits are named by their place, from 1, oldest first. */
export type GateGiven = {
  /** Subjects of commits, oldest first. */
  readonly commits?: readonly string[];
  /** Authors of those commits; the builder's where none is given. */
  readonly authors?: readonly string[];
  /** How many of the newest came after the gate was first seen. */
  readonly fresh?: number;
  /** How many of the oldest came before the open phase. */
  readonly before?: number;
  /** Names of claimant and verifier in commits; without it they have no identity. */
  readonly identities?: readonly [string, string];
  /** Who signed which commit. */
  readonly signed?: Readonly<Record<number, string>>;
  readonly unpushed?: Partial<Unpushed>;
  /** Runs of the gate's command by the commit that they are about. */
  readonly evidence?: Readonly<Record<number, Partial<EvidenceView>>>;
};

/** The observation of a gate, apart from its neighbours. */
export function readGateSeen(gate: GateObject, given: GateGiven): GateObservation {
  const { commits: subjects = [], authors = [], before = 0, unpushed, signed = {}, evidence = {} } = given;
  const all = commitsOf(subjects).map((commit, index) => by(commit, authors[subjects.length - 1 - index]));
  const shaAt = (place: string): string => all.at(-Number(place))?.sha ?? '';
  return gateSeenOf(all.slice(0, all.length - before), {
    claimant: withIdentity(given.identities?.[0]),
    verifier: withIdentity(given.identities?.[1]),
    earlier: known(all.slice(all.length - before)),
    freshShas: known(all.slice(0, given.fresh ?? all.length).map(({ sha }) => sha)),
    signers: known(
      Object.fromEntries(Object.entries(signed).map(([place, name]) => [shaAt(place), signer(name)] as const)),
    ),
    evidence: known(
      Object.fromEntries(
        Object.entries(evidence).map(([place, view]) => [evidenceRun(gate, shaAt(place)), run(view)] as const),
      ),
    ),
    ...(unpushed === undefined ? {} : { unpushed: known({ changed: 0, untracked: 0, isAhead: false, ...unpushed }) }),
  });
}

function by(commit: Commit, author: string | undefined): Commit {
  return author === undefined ? commit : { ...commit, author: { name: author, email: `${author}@example.org` } };
}

function withIdentity(name: string | undefined): AgentObject {
  return agentOf(name === undefined ? {} : { spec: { author: { name, email: `${name}@example.org` } } });
}

function signer(name: string): CommitSigner {
  return { state: 'Good', principal: `${name}@example.org` };
}

function run(view: Partial<EvidenceView>): EvidenceView {
  return { state: 'Running', attempts: 1, said: 'it runs', output: '/state/output.log', ...view };
}
