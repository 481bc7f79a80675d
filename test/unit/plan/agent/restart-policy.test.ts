import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { startDue } from '#plan/agent/restart-policy.ts';

import { agentOf, caseOf, NOW_MS, seenOf } from '../../../support/plan-input.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const RESTART = {
  backoff: { initial: '10s', factor: 2, max: '5m', resetAfter: '10m' },
  budget: { restarts: 5, per: '30m' },
};

/** When the next start is due, in ms from now, after restarts so many ms ago (negative: in the future). */
function dueInMs(agoMs: readonly number[], counted = true): { dueInMs: number; spent: boolean } {
  const recent = agoMs
    .map((ago) => ({ at: new Date(NOW_MS - ago).toISOString(), reason: 'ProcessExited', message: 'x', counted }))
    .toSorted((a, b) => (a.at < b.at ? -1 : 1));
  const agent = agentOf({ spec: { restart: RESTART }, status: { restarts: { count: recent.length, recent } } });
  const due = startDue(caseOf(agent, seenOf()));
  return { dueInMs: Math.max(0, due.dueMs - NOW_MS), spent: due.budgetSpent };
}

const rows: { title: string; reason: string; agoMs: readonly number[]; counted?: boolean; is: number; spent?: true }[] =
  [
    { title: 'the first death', reason: 'the first restart is immediate', agoMs: [], is: 0 },
    { title: 'a death right after a restart', reason: 'initial after the last', agoMs: [0], is: 10 * SECOND_MS },
    {
      title: 'a death some seconds after a restart',
      reason: 'the rest of it',
      agoMs: [4 * SECOND_MS],
      is: 6 * SECOND_MS,
    },
    {
      title: 'the third in a row',
      reason: 'the delay doubles',
      agoMs: [30 * SECOND_MS, 0],
      is: 20 * SECOND_MS,
    },
    {
      title: 'a healthy time before',
      reason: 'after resetAfter the delay starts again',
      agoMs: [11 * MINUTE_MS],
      is: 0,
    },
    {
      title: 'a spent budget',
      reason: 'then once per backoff.max',
      agoMs: [20, 15, 12, 6, 1].map((minutes) => minutes * MINUTE_MS),
      is: 4 * MINUTE_MS,
      spent: true,
    },
    {
      title: 'restarts that somebody ordered',
      reason: 'they use no budget and wait for nothing',
      agoMs: [0, 0, 0, 0, 0, 0],
      counted: false,
      is: 0,
    },
    {
      title: 'a clock that went back two hours after a restart',
      reason: 'a time that is yet to come says nothing about how long ago it was: it holds nothing up',
      agoMs: [-120 * MINUTE_MS],
      is: 0,
    },
    {
      title: 'a clock that went back, and a restart since',
      reason: 'the one whose time is known counts for the delay, both for how long it is',
      agoMs: [-120 * MINUTE_MS, 5 * SECOND_MS],
      is: 15 * SECOND_MS,
    },
  ];

describe('when a start after a death is due', () => {
  for (const { title, reason, agoMs, counted, is, spent = false } of rows) {
    test(title, () => assert.deepEqual(dueInMs(agoMs, counted), { dueInMs: is, spent }, reason));
  }
});

test('no start is due earlier than the back-off and the budget allow', () => {
  const times = fc.array(fc.integer({ min: 0, max: 40 * MINUTE_MS }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(times, (agoMs) => {
      const lastMs = Math.min(...agoMs);
      const due = dueInMs(agoMs);
      const within = agoMs.filter((ago) => ago < 30 * MINUTE_MS).length;
      if (lastMs < 10 * MINUTE_MS) assert.ok(due.dueInMs >= 10 * SECOND_MS - lastMs);
      if (within >= 5) assert.ok(due.dueInMs >= 5 * MINUTE_MS - lastMs);
      assert.ok(due.dueInMs <= 5 * MINUTE_MS);
    }),
  );
});
