import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { clearCommit } from '#plan/derive-gate.ts';

import { commitsOf, objectOf } from '../../support/plan-input.ts';

const SPEC = objectOf('Gate', {
  spec: { repositoryRef: { name: 'x' }, claimant: 'builder', verifier: 'adversary' },
}).spec;

const rows: readonly { title: string; reason: string; subjects: readonly string[]; isAt: number | undefined }[] = [
  {
    title: 'nothing was ever claimed',
    reason: 'there is nothing to be clear of',
    subjects: ['begin'],
    isAt: undefined,
  },
  { title: 'one claim is open', reason: 'it never was clear', subjects: ['claim(a): x'], isAt: undefined },
  {
    title: 'everything has passed',
    reason: 'what follows the verdict is as clear as the verdict',
    subjects: ['claim(a): x', 'review(a): PASS', 'status: done'],
    isAt: 3,
  },
  {
    title: 'a later phase has claimed already',
    reason: 'the gate was clear just before that claim',
    subjects: ['claim(a): x', 'review(a): PASS', 'status: done', 'claim(b): x', 'fix: it'],
    isAt: 3,
  },
  {
    title: 'one of two scopes is open all the time',
    reason: 'clear means every scope at once',
    subjects: ['claim(a): x', 'claim(b): x', 'review(a): PASS'],
    isAt: undefined,
  },
  {
    title: 'a veto without a claim comes after',
    reason: 'it was clear before the veto',
    subjects: ['claim(a): x', 'review(a): PASS', 'review(a): VETO'],
    isAt: 2,
  },
];

describe('the newest commit at which every claim had passed', () => {
  for (const { title, reason, subjects, isAt } of rows) {
    test(title, () => {
      const wanted = isAt === undefined ? undefined : String(isAt).padStart(40, '0');
      assert.equal(clearCommit(commitsOf(subjects), SPEC), wanted, reason);
    });
  }
});
