import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { compact } from '#api/compact.ts';
import { ABSENT, known, unknown } from '#api/fact.ts';
import { memoryAfter } from '#plan/machine/memory-cap.ts';

import { machineCase, planOf } from '../../../support/machine-input.ts';

const CAP = { memoryCap: { limit: '10GiB' }, config: { 'limits.memory': '8GiB' } };
const others = (...limits: readonly (string | undefined)[]) =>
  known(limits.map((limit, index) => ({ name: `other-${String(index)}`, isRunning: false, ...compact({ limit }) })));

const rows = [
  { title: 'alone', memory: others(), isOver: false, reason: '8 of 10 GiB' },
  { title: 'beside one that fits', memory: others('2GiB'), isOver: false, reason: 'exactly the cap is not over it' },
  {
    title: 'beside a stopped one that does not',
    memory: others('2049MiB'),
    isOver: true,
    reason: 'stopped ones count',
  },
  { title: 'beside one without a limit', memory: others(undefined), isOver: true, reason: 'it may take all there is' },
  { title: 'beside one with a share', memory: others('50%'), isOver: true, reason: 'a share of what is not known' },
  {
    title: 'as it is now, with another limit',
    memory: known([{ name: 'vm', limit: '64GiB', isRunning: true }]),
    isOver: false,
    reason: 'what counts is the state after the step',
  },
  { title: 'unread', memory: unknown('ServerHung', 'no answer'), isOver: undefined, reason: 'it can not be told' },
] as const;

describe('the memory of the project after a step', () => {
  for (const { title, memory, isOver, reason } of rows)
    test(`${title}: ${reason}`, () => {
      assert.equal(memoryAfter(machineCase({ spec: CAP }, { memory }))?.isOver, isOver);
    });

  test('counts the old instance that is kept beside the new one, and says the whole sum', () => {
    const at = machineCase({ spec: CAP }, { memory: others('1GiB') });
    const text = 'other-0 1GiB + vm 8GiB + vm (kept) 64MiB = 9280MiB of 10GiB';
    assert.equal(memoryAfter(at, ['64MiB'])?.text, text);
  });

  test('is looked at again before the first start of an instance: two creates at once may both have passed', () => {
    const fresh = { status: 'Stopped', statusCode: 102, lastUsedAt: '1970-01-01T00:00:00Z', config: CAP.config };
    const over = machineCase({ spec: CAP }, { instance: fresh, memory: others('9GiB') });
    assert.equal(planOf(over).waiting[0]?.reason, 'MemoryCapExceeded');
    assert.deepEqual(planOf(over).actions, []);
    const within = machineCase({ spec: CAP }, { instance: fresh, memory: others('1GiB') });
    assert.equal(planOf(within).actions[0]?.type, 'ChangeInstance');
  });

  test('is looked at by one machine of the project at a time', () => {
    const sight = { instance: ABSENT, image: known('f1'), memory: others(), related: { busyMachines: ['other'] } };
    assert.equal(planOf(machineCase({ spec: CAP }, sight)).waiting[0]?.reason, 'OperationRunning');
  });

  test('makes nothing while it can not be read, or is over', () => {
    for (const [memory, reason] of [
      [unknown('ServerHung', 'no answer'), 'ServerError'],
      [others('9GiB'), 'MemoryCapExceeded'],
    ] as const) {
      const plan = planOf(machineCase({ spec: CAP }, { instance: ABSENT, image: known('f1'), memory }));
      assert.deepEqual([plan.actions.length, plan.waiting[0]?.reason], [0, reason]);
    }
  });
});
