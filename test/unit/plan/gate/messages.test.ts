import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { deliverySpec, type Obligation } from '#plan/gate-delivery.ts';
import type { ScopeState } from '#plan/derive-gate.ts';

import { gateSeenOf } from '../../../support/gate-input.ts';
import { known } from '#api/fact.ts';
import { commitsOf, NOW_MS, objectOf } from '../../../support/plan-input.ts';

const COMMITS = commitsOf(['claim(api): it serves']);
const [CLAIM] = COMMITS;
const SHORT = '0'.repeat(12);

function text(kind: Obligation['kind'], scope: Partial<ScopeState>, unpushed?: object): string {
  const gate = objectOf('Gate', {
    name: 'handoff',
    spec: { repositoryRef: { name: 'x' }, claimant: 'builder', verifier: 'adversary' },
  });
  const clone =
    unpushed === undefined ? {} : { unpushed: known({ changed: 0, untracked: 0, isAhead: false, ...unpushed }) };
  const item = {
    name: 'n',
    agent: 'a',
    kind,
    sha: CLAIM?.sha ?? '',
    scope: { scope: 'api', state: 'Claimed', claim: CLAIM, ...scope },
  } as const;
  return deliverySpec({ gate, seen: gateSeenOf(COMMITS, clone), moment: { wallMs: NOW_MS, id: 'i' } }, item).text;
}

const override = {
  id: 'o',
  by: 'ann; rm -rf',
  at: '2026-03-01T10:00:00.000Z',
  scope: 'api',
  verdict: 'Fail',
  commit: 'c',
} as const;
const evidence = { run: 'r', state: 'Failed', said: 'exit code 1', output: '/state/o.log', attempts: 1 } as const;

const rows: readonly { title: string; reason: string; is: string; says: RegExp }[] = [
  {
    title: 'a claim',
    reason: 'what to do stands in it',
    is: text('Claim', {}),
    says: /^claim\(api\) 0{12} waits for your verdict\. Verify it now .* review\(api\): PASS, FAIL or VETO$/,
  },
  {
    title: 'a claim beside unpushed work',
    reason: 'the verifier has to know before it builds',
    is: text('Claim', {}, { changed: 2, untracked: 1, isAhead: true }),
    says: /held 2 changed files, 1 file that git does not know, commits that are not pushed, so what was built/,
  },
  {
    title: 'a late verdict',
    reason: 'it is another message',
    is: text('Reminder', {}),
    says: /still waits for your verdict, and it is late/,
  },
  {
    title: 'evidence that failed',
    reason: 'with where to look',
    is: text('Evidence', { state: 'Failed', evidence }),
    says: /: FAIL, because .* \(exit code 1\)\. What it printed ends in \/state\/o\.log\. Correct/,
  },
  {
    title: 'the word of a person',
    reason: 'its name is plain',
    is: text('Override', { state: 'Failed', override }),
    says: /was answered by a person \(ann\?\?rm\?-rf\): FAIL/,
  },
  {
    title: 'the word of a person on a veto',
    reason: 'nothing is claimed in its scope',
    is: text('Override', { scope: '*', state: 'Passed', claim: undefined, override }),
    says: /^review\(\*\) 0{12} was answered by a person/,
  },
  {
    title: 'a scope that is not plain',
    reason: 'it is not repeated',
    is: text('Claim', { scope: '$(x) y' }),
    says: /^claim\(\?\) 0{12} waits .* push a review of the scope that the commit names: PASS/,
  },
];

describe('the message about', () => {
  for (const { title, reason, is, says } of rows) test(title, () => assert.match(is, says, reason));

  test('anything names the commit', () => {
    for (const { title, is } of rows) assert.ok(is.includes(SHORT), title);
  });
});
