import { known } from '#api/fact.ts';
import type { VirtualMachineObject } from '#api/virtual-machine.ts';
import type { InstanceView } from '#drivers/incus/incus.ts';
import type { VirtualMachineObservation } from '#observe/observation.ts';
import type { MachineCase } from '#plan/machine/machine-case.ts';
import { planVirtualMachine } from '#plan/plan-virtual-machine.ts';
import type { Plan } from '#plan/plan.ts';

import { MACHINE_SIGHT, NOW_MS, objectOf, RIG } from './plan-input.ts';

/** Identity of the disk that machines of tests have. */
export const UUID = 'uuid-1';

type Given = { spec?: object; status?: object; operator?: object; metadata?: object };

/** A machine named vm, from as little as its schema wants. */
export function machineOf({ spec, status, ...rest }: Given = {}): VirtualMachineObject {
  return objectOf('VirtualMachine', {
    name: 'vm',
    spec: { server: { socket: '/run/incus.socket' }, image: { alias: 'base' }, ...spec },
    status: { uuid: UUID, power: 'Running', ...status },
    ...rest,
  });
}

/** Its instance: running, ours, and with nothing in it that nobody declared. */
export function instanceWith(given: Partial<InstanceView> = {}): InstanceView {
  const marks = { 'user.ccci.rig': RIG.id, 'user.ccci.name': 'vm', 'volatile.uuid': UUID };
  return {
    ...{ name: 'vm', type: 'virtual-machine', status: 'Running', statusCode: 103, halfCreated: false },
    ...{ devices: {}, description: '', etag: 'e', createdAt: '', lastUsedAt: '2026-01-01T00:00:00Z' },
    ...given,
    config: { ...marks, ...given.config },
  };
}

/** What was seen of it. */
export function machineSeen(
  given: Partial<Omit<VirtualMachineObservation, 'instance' | 'related'>> & {
    instance?: Partial<InstanceView> | VirtualMachineObservation['instance'];
    related?: Partial<VirtualMachineObservation['related']>;
  } = {},
): VirtualMachineObservation {
  const { instance = {}, related, ...seen } = given;
  return {
    kind: 'VirtualMachine',
    rig: RIG,
    image: { state: 'unknown', reason: 'NotObserved', message: 'not needed' },
    busyWith: known([]),
    ...MACHINE_SIGHT,
    probes: {},
    ...seen,
    instance: 'state' in instance ? instance : known(instanceWith(instance)),
    related: { ...MACHINE_SIGHT.related, ...related },
  };
}

/** One case, for the functions that plan it. */
export function machineCase(given: Given = {}, seen: Parameters<typeof machineSeen>[0] = {}): MachineCase {
  return { machine: machineOf(given), seen: machineSeen(seen), moment: { wallMs: NOW_MS, id: 'fresh1' } };
}

/** The whole plan for one case. */
export function planOf({ machine, seen, moment }: MachineCase): Plan {
  return planVirtualMachine(machine, seen, moment);
}
