import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { toIso } from '#api/time.ts';
import type { ScopeState } from '#plan/derive-gate.ts';
import { waitOf, waitSliceMs, waitStage, type VerdictWait } from '#plan/gate/verdict-wait.ts';

import { commitsOf, NOW_MS, objectOf } from '../../../support/plan-input.ts';

const MINUTE = 60_000;
const [CLAIM] = commitsOf(['claim(a): x']);
const SCOPE: ScopeState = { scope: 'a', state: 'Claimed', claim: CLAIM, awaits: 'Verdict' };

function gateWith(wait: VerdictWait | undefined, spec: object = { verdictWithin: '50m' }) {
  const scope = { scope: 'a', state: 'Claimed', claim: { ...CLAIM, subject: '', at: toIso(0), author: '' }, wait };
  return objectOf('Gate', {
    spec: { repositoryRef: { name: 'x' }, claimant: 'builder', verifier: 'adversary', ...spec },
    status: { scopes: wait === undefined ? [] : [scope] },
  });
}

function waited(waitedMs: number, countedAgoMs: number): VerdictWait {
  return { since: toIso(NOW_MS - waitedMs), waitedMs, countedAt: toIso(NOW_MS - countedAgoMs) };
}

const rows: readonly { title: string; reason: string; before: VerdictWait | undefined; is: number | undefined }[] = [
  { title: 'a claim that is seen first', reason: 'its wait begins now', before: undefined, is: 0 },
  { title: 'a moment later', reason: 'a part of a slice is not written down', before: waited(0, MINUTE), is: 0 },
  {
    title: 'a slice later',
    reason: 'the time that has passed is counted',
    before: waited(MINUTE, 6 * MINUTE),
    is: 7 * MINUTE,
  },
  {
    title: 'a day without a controller',
    reason: 'at most two slices count',
    before: waited(0, 1440 * MINUTE),
    is: 10 * MINUTE,
  },
  {
    title: 'a clock that was set back',
    reason: 'nothing is counted, and nothing is lost',
    before: waited(9 * MINUTE, -60 * MINUTE),
    is: 9 * MINUTE,
  },
];

describe('the wait for a verdict after', () => {
  for (const { title, reason, before, is } of rows)
    test(title, () => assert.equal(waitOf(gateWith(before), SCOPE, { wallMs: NOW_MS, id: 'i' })?.waitedMs, is, reason));

  test('a clock that was set back goes on from the time that it shows', () => {
    const wait = waitOf(gateWith(waited(9 * MINUTE, -60 * MINUTE)), SCOPE, { wallMs: NOW_MS, id: 'i' });
    assert.equal(wait?.countedAt, toIso(NOW_MS));
  });
});

const stages: readonly { reason: string; waitedMs: number; is: string }[] = [
  { reason: 'there is time left', waitedMs: 49 * MINUTE, is: 'Waiting' },
  { reason: 'the time is over', waitedMs: 50 * MINUTE, is: 'Asked' },
  { reason: 'twice the time is over', waitedMs: 100 * MINUTE, is: 'Overdue' },
];
describe('what a wait has come to when', () => {
  for (const { reason, waitedMs, is } of stages)
    test(reason, () => assert.equal(waitStage(gateWith(waited(waitedMs, 0)), SCOPE, { wallMs: NOW_MS, id: 'i' }), is));

  test('the gate bounds no wait, or the claim is answered', () => {
    const at = { wallMs: NOW_MS, id: 'i' };
    assert.equal(waitSliceMs(gateWith(undefined, {})), undefined);
    assert.equal(waitStage(gateWith(waited(1000 * MINUTE, 0), {}), SCOPE, at), 'Waiting');
    assert.equal(waitOf(gateWith(waited(1000 * MINUTE, 0)), { ...SCOPE, awaits: undefined }, at), undefined);
  });
});
