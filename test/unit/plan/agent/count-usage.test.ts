import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { countUsage, type UsageCounter } from '#plan/agent/count-usage.ts';

type Look = readonly [program: string, conversation: string, usd: number, tokens: number];

const rows: readonly { title: string; reason: string; looks: readonly Look[]; usd: number; tokens: number }[] = [
  {
    title: 'one life',
    reason: 'what came on top counts, a count that falls does not',
    looks: [
      ['p1', 'c1', 0, 0],
      ['p1', 'c1', 2, 20],
      ['p1', 'c1', 1, 10],
      ['p1', 'c1', 3, 30],
    ],
    usd: 3,
    tokens: 30,
  },
  {
    title: 'an orderly end and a new life that shows nothing first',
    reason: 'claude 2.1.197 goes on from what it had kept; a budget of $50 would be spent by restarts alone',
    looks: [
      ['p1', 'c1', 0, 0],
      ['p1', 'c1', 50, 500],
      ['p2', 'c1', 0, 500],
      ['p2', 'c1', 0, 500],
      ['p2', 'c1', 52, 520],
      ['p2', 'c1', 53, 530],
    ],
    usd: 53,
    tokens: 530,
  },
  {
    title: 'an orderly end and a new life that goes on at once',
    reason: 'also when nobody saw it begin',
    looks: [
      ['p1', 'c1', 0, 0],
      ['p1', 'c1', 50, 500],
      ['p2', 'c1', 50, 500],
      ['p2', 'c1', 51, 510],
    ],
    usd: 51,
    tokens: 510,
  },
  {
    title: 'a kill',
    reason: 'money begins at nothing, tokens stand in the file of the conversation',
    looks: [
      ['p1', 'c1', 0, 0],
      ['p1', 'c1', 50, 500],
      ['p2', 'c1', 0, 500],
      ['p2', 'c1', 1, 510],
      ['p2', 'c1', 60, 600],
    ],
    usd: 110,
    tokens: 600,
  },
  {
    title: 'a kill after an orderly end',
    reason: 'it begins with what the earlier end had kept',
    looks: [
      ['p1', 'c1', 0, 0],
      ['p1', 'c1', 50, 500],
      ['p2', 'c1', 0, 500],
      ['p2', 'c1', 60, 600],
      ['p3', 'c1', 0, 600],
      ['p3', 'c1', 51, 610],
    ],
    usd: 61,
    tokens: 610,
  },
  {
    title: 'three lives of which one told nothing',
    reason: 'it was stopped before its first turn',
    looks: [
      ['p1', 'c1', 0, 0],
      ['p1', 'c1', 50, 500],
      ['p2', 'c1', 0, 500],
      ['p3', 'c1', 0, 500],
      ['p3', 'c1', 51, 510],
    ],
    usd: 51,
    tokens: 510,
  },
  {
    title: 'a conversation that is cleared',
    reason: 'claude goes on counting money and begins a file without tokens',
    looks: [
      ['p1', 'c1', 0, 0],
      ['p1', 'c1', 5, 50],
      ['p1', 'c2', 5, 0],
      ['p1', 'c2', 6, 10],
    ],
    usd: 6,
    tokens: 60,
  },
  {
    title: 'another conversation of a program that counts money by it',
    reason: 'opencode begins at nothing there',
    looks: [
      ['p1', 'c1', 0, 0],
      ['p1', 'c1', 5, 50],
      ['p1', 'c2', 1, 10],
    ],
    usd: 6,
    tokens: 60,
  },
  {
    title: 'a fresh conversation in a new life',
    reason: 'everything begins at nothing, however much the first look shows',
    looks: [
      ['p1', 'c1', 0, 0],
      ['p1', 'c1', 5, 50],
      ['p2', 'c2', 7, 70],
    ],
    usd: 12,
    tokens: 120,
  },
];

describe('what counts of', () => {
  for (const { title, reason, looks, usd, tokens } of rows)
    test(`${title}: ${reason}`, () => {
      const counters = looks.map(([program, conversation, ...use]): UsageCounter => ({
        key: `${program}/${conversation}`,
        usd: use[0],
        tokens: use[1],
      }));
      const [first, ...rest] = counters;
      const sum = rest.reduce(
        (before, now) => {
          const counted = countUsage(before.counter, now);
          return { usd: before.usd + counted.usd, tokens: before.tokens + counted.tokens, counter: counted.counter };
        },
        { usd: 0, tokens: 0, counter: first ?? assert.fail('no look') },
      );
      assert.deepEqual({ usd: sum.usd, tokens: sum.tokens }, { usd, tokens });
    });
});
