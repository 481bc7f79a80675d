import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { act } from '#act/act.ts';
import type { Writers } from '#act/writers.ts';
import { known, unknown, type Fact } from '#api/fact.ts';
import type { Action } from '#plan/action.ts';
import { summarize } from '#status/summarize.ts';

import { NOW_MS, objectOf, RIG } from '../../support/plan-input.ts';

const OLD = 'a'.repeat(40);
const NEW = 'b'.repeat(40);

type Row = { title: string; reason: string; reaches: Fact<boolean>; isAppend: boolean | undefined; intact: string };

const rows: readonly Row[] = [
  {
    title: 'a head that reaches the former one',
    reason: 'commits were added, as they should be',
    reaches: known(true),
    isAppend: true,
    intact: 'True',
  },
  {
    title: 'a head that does not reach the former one',
    reason: 'somebody has rewritten the branch',
    reaches: known(false),
    isAppend: false,
    intact: 'False',
  },
  {
    title: 'a head of which nobody could tell whether it reaches the former one',
    reason: 'unknown is no rewrite: nobody is accused of one',
    reaches: unknown('GitFailed', 'git was killed'),
    isAppend: undefined,
    intact: 'True',
  },
];

const ACTION: Action = {
  type: 'FetchMirror',
  reason: 'Fetched',
  message: 'it is time to look at the remote',
  blast: 'none',
  mirror: '/state/mirrors/x.git',
  url: 'https://git.example.org/x.git',
  branch: 'main',
  previous: OLD,
  cloneHeads: {},
};

describe('a fetch finds', () => {
  for (const { title, reason, reaches, isAppend, intact } of rows) {
    test(title, async () => {
      const git = { writer: { fetch: async () => NEW }, reader: { isAncestor: async () => reaches } };
      // A fetch uses these parts only.
      const outcome = await act('Repository/x', ACTION, { git } as unknown as Writers);
      assert.deepEqual([outcome.result, outcome.facts.commit, outcome.facts.isAppend], ['Done', NEW, isAppend], reason);
      const object = objectOf('Repository', {
        name: 'x',
        spec: { url: ACTION.url, appendOnly: true },
        status: { commit: OLD, conditions: [INTACT] },
      });
      const seen = {
        kind: 'Repository',
        rig: RIG,
        mirror: ACTION.mirror,
        mirrorHead: known(OLD),
        cloneHeads: {},
      } as const;
      const plan = { key: 'Repository/x', actions: [ACTION], waiting: [] };
      const status = summarize({ object, seen, plan, outcomes: [outcome], moment: { wallMs: NOW_MS, id: 'id1' } });
      assert.equal(status.conditions.find(({ type }) => type === 'HistoryIntact')?.status, intact, reason);
    });
  }
});

const INTACT = {
  type: 'HistoryIntact',
  status: 'True',
  observedGeneration: 1,
  lastTransitionTime: '2026-03-01T09:00:00.000Z',
  reason: 'Fetched',
  message: '',
};
