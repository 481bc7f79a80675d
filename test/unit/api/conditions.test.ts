import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { checkStatus } from '#api/check-status.ts';
import { findCondition, isTrue, removeCondition, setCondition, setReadiness } from '#api/conditions.ts';
import type { Condition, Readiness } from '#api/conditions.ts';

const FIRST = { generation: 1, now: '2026-01-01T00:00:00.000Z' };
const LATER = { generation: 2, now: '2026-01-01T01:00:00.000Z' };

test('the transition time stays when only reason and message change', () => {
  const before = setCondition([], { type: 'Ready', status: 'False', reason: 'Progressing', message: 'starts' }, FIRST);
  const [ready] = setCondition(before, { type: 'Ready', status: 'False', reason: 'Waiting', message: 'waits' }, LATER);
  assert.deepEqual(ready, {
    type: 'Ready',
    status: 'False',
    reason: 'Waiting',
    message: 'waits',
    observedGeneration: 2,
    lastTransitionTime: FIRST.now,
  });
});

test('the transition time moves when the status changes', () => {
  const before = setCondition([], { type: 'Ready', status: 'False', reason: 'Progressing', message: 'starts' }, FIRST);
  const after = setCondition(before, { type: 'Ready', status: 'True', reason: 'Running', message: 'runs' }, LATER);
  assert.equal(findCondition(after, 'Ready')?.lastTransitionTime, LATER.now);
});

test('conditions are sorted for readers, and a list that was handed in is left as it was', () => {
  const given: Condition[] = [];
  const one = setCondition(given, { type: 'Vetoed', status: 'True', reason: 'GateVetoed', message: 'x' }, FIRST);
  const two = setCondition(one, { type: 'Claimed', status: 'True', reason: 'GateOpen', message: 'x' }, FIRST);
  const all = setReadiness(
    two,
    { ready: 'False', progress: 'Settled', reason: 'GateVetoed', message: 'a veto holds' },
    FIRST,
  );
  assert.deepEqual(
    all.map(({ type }) => type),
    ['Ready', 'Reconciling', 'Stalled', 'Claimed', 'Vetoed'],
  );
  assert.deepEqual(given, []);
  assert.equal(findCondition(removeCondition(all, 'Vetoed'), 'Vetoed'), undefined);
});

test('Ready, Reconciling and Stalled never contradict each other, whatever came before', () => {
  const readiness: fc.Arbitrary<Readiness> = fc.record({
    ready: fc.constantFrom('False', 'Unknown'),
    progress: fc.constantFrom('Reconciling', 'Stalled', 'Settled'),
    reason: fc.constantFrom('Waiting', 'Suspended', 'SessionGone'),
    message: fc.constant('it waits'),
  });
  fc.assert(
    fc.property(fc.array(readiness, { minLength: 1, maxLength: 6 }), (changes) => {
      const conditions = changes.reduce<Condition[]>((list, change) => setReadiness(list, change, FIRST), []);
      const status = { conditions, observedGeneration: 1 };
      assert.deepEqual(checkStatus({ metadata: { generation: 1 }, status }), []);
      assert.equal(isTrue(conditions, 'Reconciling'), changes.at(-1)?.progress === 'Reconciling');
    }),
  );
});
