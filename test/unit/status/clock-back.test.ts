import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { known } from '#api/fact.ts';
import { planAgent } from '#plan/plan-agent.ts';
import { summarizeAgent } from '#status/summarize-agent.ts';

import { agentOf, NOW_MS, processOf, seenOf } from '../../support/plan-input.ts';

const rows = [
  { title: 'a time in the past', reason: 'the count goes on', ms: NOW_MS - 2000, is: NOW_MS - 2000 },
  {
    title: 'a time in the future',
    reason: 'the clock jumped back: it is counted from now',
    ms: NOW_MS + 7_200_000,
    is: NOW_MS,
  },
];

describe('since when a leftover process is asked to end', () => {
  for (const { title, reason, ms, is } of rows) {
    test(`${title}: ${reason}`, () => {
      const object = agentOf({ status: { incarnation: 'inc1', leftoverSince: new Date(ms).toISOString() } });
      const seen = seenOf({ leftovers: known([processOf()]) });
      const moment = { wallMs: NOW_MS, id: 'id1' };
      const plan = planAgent(object, seen, moment);
      assert.deepEqual(
        plan.actions.map(({ type }) => type),
        ['EndProcess'],
      );
      const after = summarizeAgent({ object, seen, plan, outcomes: [], moment });
      assert.equal(after.leftoverSince, new Date(is).toISOString());
    });
  }
});
