import assert from 'node:assert/strict';
import { test } from 'node:test';

import { freshShas } from '#observe/fresh-shas.ts';

type Shape = readonly (readonly [sha: string, ...parents: string[]])[];

const ROWS: readonly { reason: string; commits: Shape; firstSeen: string | undefined; fresh: readonly string[] }[] = [
  {
    reason: 'the first look ever takes everything for old',
    commits: [['b', 'a'], ['a']],
    firstSeen: undefined,
    fresh: [],
  },
  {
    reason: 'what came after the first look is new',
    commits: [['c', 'b'], ['b', 'a'], ['a']],
    firstSeen: 'b',
    fresh: ['c'],
  },
  { reason: 'a head that has not moved brings nothing', commits: [['b', 'a'], ['a']], firstSeen: 'b', fresh: [] },
  {
    reason: 'a merge brings the commits of its other side, whatever stands between',
    commits: [['m', 'b', 'x'], ['x', 'a'], ['b', 'a'], ['a']],
    firstSeen: 'b',
    fresh: ['m', 'x'],
  },
  {
    reason: 'a window that opened later is new as a whole',
    commits: [
      ['d', 'c'],
      ['c', 'b'],
    ],
    firstSeen: 'a',
    fresh: ['d', 'c'],
  },
  {
    reason: 'after a force-push that dropped it, what is there now is new',
    commits: [['z', 'y'], ['y']],
    firstSeen: 'b',
    fresh: ['z', 'y'],
  },
];

for (const { reason, commits, firstSeen, fresh } of ROWS) {
  test(reason, () => {
    const author = { name: 'x', email: 'x@example.org' };
    const list = commits.map(([sha, ...parents]) => ({ sha, parents, subject: '', author, committedAtMs: 0 }));
    assert.deepEqual(freshShas(list, firstSeen), fresh);
  });
}
