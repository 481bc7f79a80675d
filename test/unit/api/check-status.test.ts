import assert from 'node:assert/strict';
import { test } from 'node:test';

import { checkStatus } from '#api/check-status.ts';
import type { CheckedObject } from '#api/check-status.ts';
import type { Condition } from '#api/conditions.ts';

const AT = '2026-01-01T00:00:00.000Z';

function condition(change: Partial<Condition>): Condition {
  return { type: 'Ready', status: 'True', reason: 'Running', message: 'runs', lastTransitionTime: AT, ...change };
}

function withConditions(...conditions: Condition[]): CheckedObject {
  return { metadata: { generation: 2 }, status: { observedGeneration: 2, conditions } };
}

const reconciling = condition({ type: 'Reconciling', reason: 'Progressing' });
const stalled = condition({ type: 'Stalled', reason: 'CrashLoopBackOff' });
const notReady = condition({ status: 'False', reason: 'SessionGone', message: 'the session is gone' });

const rows: readonly { reason: string; object: CheckedObject; rules: readonly number[] }[] = [
  { reason: 'a plain healthy status keeps all rules', object: withConditions(condition({})), rules: [] },
  { reason: 'there is no status at all', object: { metadata: { generation: 1 } }, rules: [1] },
  { reason: 'Ready is missing', object: withConditions(), rules: [1] },
  { reason: 'on its way and stuck at once', object: withConditions(notReady, reconciling, stalled), rules: [2] },
  { reason: 'ready and on its way at once', object: withConditions(condition({}), reconciling), rules: [3] },
  {
    reason: 'nobody says which generation was seen',
    object: { metadata: { generation: 2 }, status: { conditions: [notReady] } },
    rules: [4],
  },
  {
    reason: 'a generation that does not exist yet',
    object: withConditions(condition({ observedGeneration: 9 })),
    rules: [4],
  },
  {
    reason: 'ready for an older generation',
    object: { metadata: { generation: 3 }, status: { observedGeneration: 2, conditions: [condition({})] } },
    rules: [5],
  },
  { reason: 'the same type twice', object: withConditions(notReady, notReady), rules: [6] },
  { reason: 'not sorted', object: withConditions(stalled, notReady), rules: [6] },
  { reason: 'a reason that nobody documented', object: withConditions(condition({ reason: 'Oops' })), rules: [7] },
  {
    reason: 'a type that nobody documented',
    object: withConditions(condition({}), condition({ type: 'Odd' })),
    rules: [7],
  },
  {
    reason: 'not ready without a word why',
    object: withConditions(condition({ status: 'False', message: '' })),
    rules: [8],
  },
  { reason: 'a time in the message', object: withConditions(condition({ message: 'waits until 12:30' })), rules: [9] },
  { reason: 'an age in the message', object: withConditions(condition({ message: 'seen 5 minutes ago' })), rules: [9] },
  {
    reason: 'a counter in the message',
    object: withConditions(condition({ message: 'attempt 3 failed' })),
    rules: [9],
  },
  { reason: 'a final full stop', object: withConditions(condition({ message: 'It runs.' })), rules: [9] },
  {
    reason: 'a status phase, which Kubernetes deprecates',
    object: {
      metadata: { generation: 2 },
      status: { observedGeneration: 2, conditions: [condition({})], ...{ phase: 'Running' } },
    },
    rules: [10],
  },
];

for (const { reason, object, rules } of rows) {
  test(`status rules ${rules.length === 0 ? 'are kept' : `find ${rules.join(', ')}`}: ${reason}`, () => {
    assert.deepEqual(
      checkStatus(object).map(({ rule }) => rule),
      rules,
    );
  });
}
