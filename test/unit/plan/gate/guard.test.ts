import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { guardOf, rejectionOf, type GuardInForce } from '#plan/gate/guard.ts';
import type { CommitSigner } from '#drivers/git/git.ts';

import { agentOf, commitsOf, objectOf } from '../../../support/plan-input.ts';

function gate(spec: object = {}) {
  return objectOf('Gate', {
    spec: { repositoryRef: { name: 'x' }, claimant: 'builder', verifier: 'adversary', ...spec },
  });
}

function agent(email: string | undefined) {
  return agentOf(email === undefined ? {} : { spec: { author: { name: 'A', email } } });
}

type GuardRow = {
  readonly title: string;
  readonly reason: string;
  readonly spec?: object;
  readonly emails: readonly [string | undefined, string | undefined];
  readonly is: string;
};

const SIGNERS = { requireSignature: { allowedSignersFile: '/etc/signers' } };

const guards: readonly GuardRow[] = [
  { title: 'nothing is known', reason: 'there is nothing to compare', emails: [undefined, undefined], is: 'None' },
  { title: 'one agent has an author', reason: 'two are needed', emails: ['a@x.org', undefined], is: 'None' },
  {
    title: 'both have distinct authors',
    reason: 'then it is the default',
    emails: ['a@x.org', 'b@x.org'],
    is: 'AuthorNames',
  },
  { title: 'both have one author', reason: 'it tells nobody apart', emails: ['a@x.org', 'A@X.org'], is: 'None' },
  {
    title: 'the manifest says no',
    reason: 'it is obeyed, and shown',
    spec: { verifyAuthor: false },
    emails: ['a@x.org', 'b@x.org'],
    is: 'None',
  },
  {
    title: 'it is asked for without authors',
    reason: 'nothing may be concluded',
    spec: { verifyAuthor: true },
    emails: ['a@x.org', undefined],
    is: 'AuthorNames, problem',
  },
  {
    title: 'signatures are asked for',
    reason: 'names are not enough',
    spec: SIGNERS,
    emails: ['a@x.org', 'b@x.org'],
    is: 'Signatures',
  },
  {
    title: 'signatures are asked for without authors',
    reason: 'principals are their addresses',
    spec: SIGNERS,
    emails: [undefined, undefined],
    is: 'Signatures, problem',
  },
];

describe('the guard in force when', () => {
  for (const { title, reason, spec, emails, is } of guards)
    test(title, () => {
      const force = guardOf(gate(spec), { claimant: agent(emails[0]), verifier: agent(emails[1]) });
      assert.equal([force.guard, ...(force.problem === undefined ? [] : ['problem'])].join(', '), is, reason);
    });
});

type CommitRow = {
  readonly title: string;
  readonly reason: string;
  readonly guard: GuardInForce['guard'];
  readonly kind?: 'Claim' | 'Verdict';
  readonly author?: string;
  readonly signer?: CommitSigner;
  readonly is: string | undefined;
};

const good = (principal: string): CommitSigner => ({ state: 'Good', principal });

const commits: readonly CommitRow[] = [
  { title: 'anybody, without a guard', reason: 'nobody asks', guard: 'None', author: 'stranger', is: undefined },
  { title: 'the verifier', reason: 'it may answer', guard: 'AuthorNames', author: 'Adversary', is: undefined },
  {
    title: 'the claimant, as a verdict',
    reason: 'nobody verifies their own claim',
    guard: 'AuthorNames',
    author: 'builder',
    is: 'AuthorForeign',
  },
  {
    title: 'the verifier, as a claim',
    reason: 'nor claims for another',
    guard: 'AuthorNames',
    kind: 'Claim',
    author: 'adversary',
    is: 'AuthorForeign',
  },
  {
    title: 'a name without a signature',
    reason: 'a name can be set by anyone',
    guard: 'Signatures',
    author: 'adversary',
    is: 'SignatureMissing',
  },
  {
    title: 'a bad signature',
    reason: 'the content is another',
    guard: 'Signatures',
    signer: { state: 'Bad' },
    is: 'SignatureForeign',
  },
  {
    title: 'an unknown key',
    reason: 'nobody may use it',
    guard: 'Signatures',
    signer: { state: 'Untrusted' },
    is: 'SignatureForeign',
  },
  {
    title: 'the key of the claimant',
    reason: 'on a verdict',
    guard: 'Signatures',
    signer: good('builder@example.org'),
    is: 'SignatureForeign',
  },
  {
    title: 'the key of the verifier under another name',
    reason: 'the key says who it was',
    guard: 'Signatures',
    author: 'stranger',
    signer: good('Adversary@example.org'),
    is: undefined,
  },
];

describe('a commit by', () => {
  for (const { title, reason, guard, kind = 'Verdict', author = 'adversary', signer, is } of commits)
    test(title, () => {
      const [commit] = commitsOf(['x'], author);
      assert.ok(commit);
      const force = { guard, claimant: 'builder@example.org', verifier: 'adversary@example.org' };
      const word = kind === 'Claim' ? { kind, scope: 'a' } : { kind, scope: 'a', verdict: 'Pass' as const };
      const said = rejectionOf(force, { commit, word }, signer === undefined ? {} : { [commit.sha]: signer });
      assert.equal(said, is, reason);
    });
});
