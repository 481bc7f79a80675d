import { isPoweredOn } from '#api/instance-power.ts';
import type { VirtualMachineObject, VirtualMachineStatus } from '#api/virtual-machine.ts';
import type { VirtualMachineObservation } from '#observe/observation.ts';

import { isoOf, type Pass } from '../pass.ts';

type MachinePass = Pass<VirtualMachineObject, VirtualMachineObservation>;

/** When the machine began to run: its guest needs a while before its probes say anything about it. */
export function bootStatus(pass: MachinePass): Partial<VirtualMachineStatus> {
  const { status } = pass.object;
  const starts = pass.outcomes.some(
    ({ action, result }) =>
      result === 'Done' && action.type === 'ChangeInstance' && ['start', 'restart'].includes(action.change.action),
  );
  const { instance } = pass.seen;
  const isUp = instance.state === 'known' && isPoweredOn(instance.value.status);
  const wasDown = status?.power !== undefined && !isPoweredOn(status.power);
  return starts || (isUp && wasDown) ? { bootedAt: isoOf(pass) } : {};
}

/** Whether the guest did not follow a polite stop or restart in time; what is forced next. */
export function stopStatus(pass: MachinePass): Partial<VirtualMachineStatus> {
  const { instance } = pass.seen;
  const isUp = instance.state === 'known' && isPoweredOn(instance.value.status);
  const isForced = pass.outcomes.some(({ action }) => action.type === 'ChangeInstance' && action.change.force);
  if (!isUp || isForced) return { stopFailed: undefined };
  const { action, reason } = pass.object.status?.operation?.detail ?? {};
  const isPolite = (action === 'stop' || action === 'restart') && typeof reason === 'string';
  return isPolite && isLate(pass) ? { stopFailed: { action, reason } } : {};
}

// Other failures, such as a daemon that shuts down, say nothing about the guest.
function isLate({ seen: { operation } }: MachinePass): boolean {
  if (operation?.state !== 'known' || operation.value.status !== 'Failure') return false;
  return /deadline exceeded|timed? ?out/i.test(operation.value.error ?? '');
}
