import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { known } from '#api/fact.ts';

import { machineCase, planOf } from '../../../support/machine-input.ts';

const STEP = { name: 'one', command: ['/bin/true'] };

const rows = [
  { title: 'a first disk', reason: 'it is nothing new to anybody', status: {}, disk: 'd1', told: 0 },
  { title: 'the disk that they know', reason: 'nothing has changed', status: { toldDisk: 'd1' }, disk: 'd1', told: 0 },
  { title: 'another disk', reason: 'what was set up in it is gone', status: { toldDisk: 'd1' }, disk: 'd2', told: 2 },
  {
    title: 'another disk that is stopped',
    ...{ reason: 'nothing can be set up in it yet', status: { toldDisk: 'd1' }, disk: 'd2', told: 0 },
    instance: { status: 'Frozen', statusCode: 110 },
  },
] as const;

describe('agents that depend on a machine are told of', () => {
  for (const { title, reason, status, disk, told, ...given } of rows)
    test(`${title}: ${reason}`, () => {
      const at = machineCase(
        { spec: { preconditions: [STEP] }, status: { ...status, preconditions: [{ name: 'one', state: 'Done' }] } },
        {
          disk: known(disk),
          related: { agents: ['builder', 'adversary'] },
          instance: 'instance' in given ? given.instance : {},
        },
      );
      const deliveries = planOf(at).actions.filter(({ type }) => type === 'CreateDelivery');
      assert.equal(deliveries.length, told);
    });

  test('with the same name each time, so that a crash tells nobody twice', () => {
    const at = machineCase({ status: { toldDisk: 'uuid-0' } }, { related: { agents: ['builder'] } });
    const names = [1, 2].map(() =>
      planOf(at).actions.map((action) => (action.type === 'CreateDelivery' ? action.name : '')),
    );
    assert.deepEqual(names[0], names[1]);
    assert.match(names[0]?.[0] ?? '', /^vm-vm-/);
  });
});
