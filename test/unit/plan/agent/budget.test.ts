import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { known } from '#api/fact.ts';
import type { Usage } from '#backends/agent-state.ts';
import { spendingRecord, type SpendingRecord } from '#plan/agent/budget.ts';

import { agentOf, caseOf, NOW_MS, paneOf, processOf, seenOf } from '../../../support/plan-input.ts';

const HOUR_MS = 3_600_000;
const START = new Date(NOW_MS - HOUR_MS).toISOString();

type Row = {
  title: string;
  reason: string;
  before?: SpendingRecord;
  usage?: Usage;
  conversation?: string;
  incarnation?: string;
  lifted?: string;
  want: { usd: number; tokens: number; isSpent: boolean };
};

const KNOWN: SpendingRecord = {
  windowStart: START,
  usd: 10,
  tokens: 100,
  counter: { key: 'inc1/c1', usd: 30, tokens: 300 },
};
const SPENT: SpendingRecord = { ...KNOWN, usd: 60, spentSince: START };

const rows: readonly Row[] = [
  {
    title: 'the first look',
    reason: 'what was counted before anybody looked is not this window’s',
    usage: { usd: 99 },
    want: { usd: 0, tokens: 0, isSpent: false },
  },
  {
    title: 'what came on top',
    reason: 'only that is added',
    before: KNOWN,
    usage: { usd: 35, tokens: 350 },
    want: { usd: 15, tokens: 150, isSpent: false },
  },
  {
    title: 'a count that fell',
    reason: 'it was read while it was written',
    before: KNOWN,
    usage: { usd: 1 },
    want: { usd: 10, tokens: 100, isSpent: false },
  },
  {
    title: 'another conversation',
    reason: 'it begins at nothing',
    before: KNOWN,
    usage: { usd: 7, tokens: 70 },
    conversation: 'c2',
    want: { usd: 17, tokens: 170, isSpent: false },
  },
  {
    title: 'a conversation that was taken up again after an orderly end',
    reason: 'claude takes its count up, too: nothing was spent by that',
    before: KNOWN,
    usage: { usd: 30, tokens: 300 },
    incarnation: 'inc2',
    want: { usd: 10, tokens: 100, isSpent: false },
  },
  {
    title: 'work in a conversation that was taken up again',
    reason: 'only what came on top is added',
    before: KNOWN,
    usage: { usd: 32, tokens: 320 },
    incarnation: 'inc2',
    want: { usd: 12, tokens: 120, isSpent: false },
  },
  {
    title: 'a file of the conversation that is not read to its end yet',
    reason: 'its tokens were counted before, in the life before',
    before: KNOWN,
    usage: { usd: 30, tokens: 20 },
    incarnation: 'inc2',
    want: { usd: 10, tokens: 100, isSpent: false },
  },
  {
    title: 'a conversation that was cleared',
    reason: 'claude goes on counting money, and its new file begins without tokens',
    before: KNOWN,
    usage: { usd: 31, tokens: 5 },
    conversation: 'c2',
    want: { usd: 11, tokens: 105, isSpent: false },
  },
  {
    title: 'another conversation after a restart',
    reason: 'a program that begins anew counts anew',
    before: KNOWN,
    usage: { usd: 40, tokens: 400 },
    conversation: 'c2',
    incarnation: 'inc2',
    want: { usd: 50, tokens: 500, isSpent: true },
  },
  {
    title: 'a look that does not show which conversation is open',
    reason: 'the beginning of a long file is not read again and again',
    before: KNOWN,
    usage: { usd: 31, tokens: 310 },
    conversation: '',
    want: { usd: 11, tokens: 110, isSpent: false },
  },
  {
    title: 'nothing told',
    reason: 'what was spent stays spent',
    before: KNOWN,
    want: { usd: 10, tokens: 100, isSpent: false },
  },
  {
    title: 'money that reaches the limit',
    reason: 'the limit itself counts',
    before: KNOWN,
    usage: { usd: 70, tokens: 300 },
    want: { usd: 50, tokens: 100, isSpent: true },
  },
  {
    title: 'tokens that reach the limit',
    reason: 'either is enough',
    before: KNOWN,
    usage: { usd: 30, tokens: 1200 },
    want: { usd: 10, tokens: 1000, isSpent: true },
  },
  {
    title: 'a window that is over',
    reason: 'counting begins anew where the program is',
    before: { ...SPENT, windowStart: new Date(NOW_MS - 25 * HOUR_MS).toISOString() },
    usage: { usd: 31, tokens: 310 },
    want: { usd: 1, tokens: 10, isSpent: false },
  },
  {
    title: 'a hold that a person lifted',
    reason: 'a new window begins',
    before: SPENT,
    usage: { usd: 30, tokens: 300 },
    lifted: new Date(NOW_MS - 1000).toISOString(),
    want: { usd: 0, tokens: 0, isSpent: false },
  },
  {
    title: 'an order from before the budget was spent',
    reason: 'it was about something else',
    before: { ...SPENT, spentSince: new Date(NOW_MS - 1000).toISOString() },
    lifted: START,
    want: { usd: 60, tokens: 100, isSpent: true },
  },
  {
    title: 'a window that begins in the future',
    reason: 'the clock jumped back; nobody is held for the difference',
    before: { ...KNOWN, windowStart: new Date(NOW_MS + HOUR_MS).toISOString() },
    want: { usd: 10, tokens: 100, isSpent: false },
  },
];

describe('what an agent has spent, after', () => {
  for (const { title, reason, before, usage, conversation = 'c1', incarnation = 'inc1', lifted, want } of rows) {
    test(`${title}: ${reason}`, () => {
      const agent = agentOf({
        spec: { backend: { type: 'claude' }, prompt: { inline: 'Go.' }, budget: { usd: 50, tokens: 1000, per: '24h' } },
        status: { ...(before === undefined ? {} : { spending: before }) },
        ...(lifted === undefined ? {} : { operator: { resume: { by: 'ana', id: 'r1', at: lifted } } }),
      });
      const marks = { rig: 'rig1', agent: 'builder', incarnation };
      const state = { state: 'Idle', box: 'Empty', evidence: '', source: 'Both', hasSignals: true } as const;
      const told = {
        ...state,
        ...(usage === undefined ? {} : { usage }),
        ...(conversation === '' ? {} : { conversation: { id: conversation } }),
      };
      const seen = seenOf({ pane: paneOf({ marks }), process: known(processOf()), state: told });
      const record = spendingRecord(caseOf(agent, seen));
      const { usd, tokens, spentSince } = record ?? { usd: -1, tokens: -1, spentSince: undefined };
      assert.deepEqual({ usd, tokens, isSpent: spentSince !== undefined }, want);
    });
  }
});
