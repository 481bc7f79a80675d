import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { known, unknown } from '#api/fact.ts';
import type { InstanceView } from '#drivers/incus/incus.ts';
import type { VirtualMachineObservation } from '#observe/observation.ts';
import { planVirtualMachine } from '#plan/plan-virtual-machine.ts';

import { MACHINE_SIGHT, NOW_MS, objectOf, RIG } from '../../support/plan-input.ts';

const AT = new Date(NOW_MS).toISOString();
const HUNG = unknown('ServerHung', 'no answer within 5 s');

type Row = {
  title: string;
  reason: string;
  instance?: Partial<InstanceView>;
  /** The operation that status remembers, as the server answers for it. */
  operation?: VirtualMachineObservation['operation'];
  busyWith?: VirtualMachineObservation['busyWith'];
  does: readonly string[];
  waits?: string;
};

const rows: readonly Row[] = [
  {
    title: 'a stopped instance with nothing under way',
    reason: 'it is started',
    does: ['ChangeInstance'],
  },
  {
    title: 'a stopped instance whose own operation can not be asked after',
    reason: 'it may be the start that is under way',
    operation: HUNG,
    does: [],
    waits: 'ServerError',
  },
  {
    title: 'a stopped instance of which it can not be said whether somebody works on it',
    reason: 'unknown is not absent',
    busyWith: unknown('ServerError', 'could not list operations'),
    does: [],
    waits: 'ServerError',
  },
  {
    title: 'a half made instance of which it can not be said whether somebody works on it',
    reason: 'it may be half made because it is being made',
    instance: { halfCreated: true },
    busyWith: unknown('ServerError', 'could not list operations'),
    does: [],
    waits: 'ServerError',
  },
  {
    title: 'a half made instance that nobody works on',
    reason: 'its create was cut off',
    instance: { halfCreated: true },
    does: ['DeleteLeftover'],
  },
  {
    title: 'a stopped instance that somebody works on',
    reason: 'whoever began it ends it',
    busyWith: known([{ id: 'op9', description: 'Creating backup' }]),
    does: [],
    waits: 'OperationRunning',
  },
  {
    title: 'a running instance whose operations were not asked for',
    reason: 'a converged machine costs one request, and waits for nothing',
    instance: { status: 'Running' },
    busyWith: unknown('NotObserved', 'not needed'),
    does: [],
  },
];

describe('what is done for', () => {
  for (const { title, reason, instance, operation, busyWith = known([]), does, waits } of rows) {
    test(title, () => {
      const open = { id: 'op1', step: 'ChangeInstance', startedAt: AT, deadline: AT };
      const machine = objectOf('VirtualMachine', {
        name: 'vm',
        spec: { server: { socket: '/run/incus.socket' }, image: { alias: 'base' } },
        status: { probes: [], softRestarts: [], ...(operation === undefined ? {} : { operation: open }) },
      });
      const seen: VirtualMachineObservation = {
        kind: 'VirtualMachine',
        rig: RIG,
        instance: known(instanceOf(instance)),
        image: unknown('NotObserved', 'not needed'),
        ...(operation === undefined ? {} : { operation }),
        busyWith,
        ...MACHINE_SIGHT,
        probes: {},
      };
      const plan = planVirtualMachine(machine, seen, { wallMs: NOW_MS, id: 'fresh1' });
      assert.deepEqual(
        plan.actions.map(({ type }) => type),
        does,
        reason,
      );
      assert.equal(plan.waiting[0]?.reason, waits, reason);
    });
  }
});

function instanceOf(given: Partial<InstanceView> = {}): InstanceView {
  const marks = { 'user.ccci.rig': RIG.id, 'user.ccci.name': 'vm' };
  const power = { status: 'Stopped', statusCode: 102, halfCreated: false };
  const rest = { description: '', etag: 'e', createdAt: AT, lastUsedAt: AT };
  return { name: 'vm', type: 'container', config: marks, devices: {}, ...power, ...rest, ...given };
}
