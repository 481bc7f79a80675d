import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { LaunchRecord } from '#api/agent-status.ts';
import { launchDrift } from '#plan/agent/launch.ts';

const RECORD: LaunchRecord = {
  version: 1,
  backend: 'claude',
  argv: ['claude', '--', ''],
  cwd: '/work/builder',
  model: 'sonnet',
  phaseId: '1',
  promptHash: 'p1',
  envNames: { A: 'h1', B: 'h2' },
};

const rows: readonly { title: string; reason: string; wanted: Partial<LaunchRecord>; is: readonly string[] }[] = [
  { title: 'nothing', reason: 'it runs as it should', wanted: {}, is: [] },
  { title: 'the prompt', reason: 'a prompt restarts no session', wanted: { promptHash: 'p2' }, is: [] },
  { title: 'the phase', reason: 'that is another reason of its own', wanted: { phaseId: '2' }, is: [] },
  { title: 'the model', reason: 'it is chosen at the launch', wanted: { model: 'opus' }, is: ['model'] },
  { title: 'the arguments', reason: 'so are they', wanted: { argv: ['claude', '-v', '--', ''] }, is: ['argv'] },
  { title: 'the folder', reason: 'it can not be changed later', wanted: { cwd: '/other' }, is: ['cwd'] },
  { title: 'one value', reason: 'by its hash', wanted: { envNames: { A: 'h1', B: 'h3' } }, is: ['envNames'] },
  {
    title: 'the author',
    reason: 'its commits would not count',
    wanted: { author: 'B <b@example.org>' },
    is: ['author'],
  },
  { title: 'the order of variables', reason: 'it means nothing', wanted: { envNames: { B: 'h2', A: 'h1' } }, is: [] },
];

describe('what differs from the launch of a session', () => {
  for (const { title, reason, wanted, is } of rows) {
    test(title, () => assert.deepEqual(launchDrift(RECORD, { ...RECORD, ...wanted }), is, reason));
  }

  test('a field that the record lacks is no drift', () => {
    const { model: _model, ...older } = RECORD;
    assert.deepEqual(launchDrift(older, RECORD), []);
  });
});
