import type { VirtualMachineObject } from '#api/virtual-machine.ts';
import type { VirtualMachineObservation } from '#observe/observation.ts';

import { FINALIZER } from './action.ts';
import { createMissing, foreign, halfMade } from './machine/create.ts';
import { OPERATION_LOOK_MS, POLL_MS, type MachineCase, type MachineStep } from './machine/machine-case.ts';
import { correctPower } from './machine/power.ts';
import { nextProbeMs, repair } from './machine/repair.ts';
import { doNow, settled, waitFor, type Decision, type Moment, type Plan } from './plan.ts';
import { whenSuspended } from './suspended.ts';

/** Keeps one instance there and running; restarts it when its probes fail. Never wipes a disk. */
export function planVirtualMachine(
  machine: VirtualMachineObject,
  seen: VirtualMachineObservation,
  moment: Moment,
): Plan {
  const at = { machine, seen, moment };
  const decision = STEPS.map((step) => step(at)).find((one) => one !== undefined);
  return { key: `VirtualMachine/${machine.metadata.name}`, ...(decision ?? settled(nextProbeMs(at))) };
}

const STEPS: readonly MachineStep[] = [
  deleted,
  suspended,
  unobservable,
  inOperation,
  createMissing,
  foreign,
  halfMade,
  correctPower,
  repair,
];

function deleted({ machine }: MachineCase): Decision | undefined {
  if (machine.metadata.deletionTimestamp === undefined) return undefined;
  const why = { reason: 'Deleted', message: 'it was deleted; the instance is left as it is', blast: 'none' } as const;
  return doNow([{ type: 'Finalize', ...why, key: `VirtualMachine/${machine.metadata.name}`, finalizer: FINALIZER }]);
}

function suspended({ machine, moment }: MachineCase): Decision | undefined {
  const decision = whenSuspended(machine, moment);
  return decision === undefined ? undefined : { ...decision, requeueAfterMs: POLL_MS };
}

function unobservable({ seen }: MachineCase): Decision | undefined {
  if (seen.instance.state !== 'unknown') return undefined;
  return waitFor(unknownReason(seen.instance.reason), seen.instance.message, { requeueAfterMs: POLL_MS / 3 });
}

function inOperation(at: MachineCase): Decision | undefined {
  const operation = at.machine.status?.operation;
  const again = { requeueAfterMs: OPERATION_LOOK_MS };
  const unread = [at.seen.operation, at.seen.busyWith].find((fact) => fact?.state === 'unknown' && isAsked(fact));
  if (unread?.state === 'unknown') return waitFor('ServerError', unread.message, { requeueAfterMs: POLL_MS / 10 });
  const isOpen = at.seen.operation?.state === 'known' && at.seen.operation.value.status === 'Running';
  const isBusy = at.seen.busyWith.state === 'known' && at.seen.busyWith.value.length > 0;
  if (!isOpen && !isBusy) return undefined;
  const what = isOpen ? (operation?.step ?? 'our own') : 'somebody else';
  return waitFor('OperationRunning', `waits for an operation of the server on the instance (${what})`, again);
}

function isAsked(fact: { readonly reason: string }): boolean {
  return fact.reason !== 'NotObserved';
}

function unknownReason(reason: string) {
  const known = [
    'ServerUnreachable',
    'ServerHung',
    'ServerUntrusted',
    'CertificateWrong',
    'ClientCertificateMissing',
    'ClientCertificateExpired',
    'NotAuthorized',
    'ProjectMissing',
  ] as const;
  return known.find((one) => one === reason) ?? 'ServerError';
}
