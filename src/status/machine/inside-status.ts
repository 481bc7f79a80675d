import { compact } from '#api/compact.ts';
import type { VirtualMachineObject, VirtualMachineStatus } from '#api/virtual-machine.ts';
import type { VirtualMachineObservation } from '#observe/observation.ts';
import { changeHash } from '#plan/machine/apply-changes.ts';
import { differences, foreignKeys } from '#plan/machine/differences.ts';
import { stepVerdict } from '#plan/machine/preconditions.ts';
import { diskId } from '#plan/machine/tell-agents.ts';

import { doneOutcome, isoOf, type Pass } from '../pass.ts';

type MachinePass = Pass<VirtualMachineObject, VirtualMachineObservation>;

const FOREIGN_SHOWN = 30;

/** Where the preconditions stand, and which disk they stand on. */
export function insideStatus(pass: MachinePass): Partial<VirtualMachineStatus> {
  const { object, seen } = pass;
  const at = { machine: object, seen, moment: pass.moment };
  const isLooked = seen.disk.state === 'known' && seen.preconditions.length > 0;
  // What was done on another disk says nothing about this one.
  const isOther = seen.disk.state === 'absent' || hasOtherInstance(pass);
  const preconditions = object.spec.preconditions.map(({ name, ...step }) => {
    const before = object.status?.preconditions.find((one) => one.name === name);
    const verdict = isLooked ? stepVerdict(at, { name, ...step }) : undefined;
    const { state, message } = verdict ??
      (isOther ? undefined : before) ?? { state: 'Pending' as const, message: undefined };
    return { name, state, ...compact({ message }) };
  });
  const isActing = pass.outcomes.some(({ action }) => action.type === 'ApplyPrecondition' || action.type === 'PutNote');
  return {
    preconditions,
    ...(isLooked && !isActing ? { preconditionsAt: isoOf(pass) } : {}),
    ...(seen.disk.state === 'known' ? { disk: seen.disk.value } : {}),
    ...toldStatus(pass),
  };
}

function hasOtherInstance({ object, seen }: MachinePass): boolean {
  if (seen.instance.state !== 'known') return seen.instance.state === 'absent';
  return object.status?.uuid !== undefined && object.status.uuid !== seen.instance.value.config['volatile.uuid'];
}

// The first disk is nothing new to anybody; a later one is told once, or to nobody when nobody depends on the machine.
function toldStatus(pass: MachinePass): Partial<VirtualMachineStatus> {
  const toldDisk = diskId({ machine: pass.object, seen: pass.seen });
  const told = pass.object.status?.toldDisk;
  const isTold = doneOutcome(pass, 'CreateDelivery') !== undefined || pass.seen.related.agents.length === 0;
  return toldDisk !== undefined && (told === undefined || isTold) ? { toldDisk } : {};
}

/** Which keys ccci has set, what the server refused to change, and how the instance differed when it was taken over. */
export function configStatus(pass: MachinePass): Partial<VirtualMachineStatus> {
  const updated = pass.outcomes.find(({ action }) => action.type === 'UpdateInstance');
  if (updated?.action.type !== 'UpdateInstance')
    return doneOutcome(pass, 'CreateInstance') === undefined ? {} : { appliedKeys: declaredKeys(pass) };
  if (updated.result === 'Failed') return refusedStatus(pass, updated.reason);
  const { adopted, reason } = updated.action;
  if (updated.result !== 'Done') return {};
  if (adopted !== undefined) return { adopted: { generation: adopted.generation, fields: [...adopted.fields] } };
  return reason === 'InstanceDrifted' ? { appliedKeys: declaredKeys(pass) } : {};
}

function declaredKeys({ object }: MachinePass): string[] {
  return Object.keys(object.spec.config).toSorted();
}

// What the server does not take is not tried again until the manifest, or the instance, is another.
function refusedStatus({ object, seen }: MachinePass, reason = ''): Partial<VirtualMachineStatus> {
  if (!['Refused', 'CapExceeded'].includes(reason)) return {};
  const open = differences({ machine: object, seen }).filter(({ sort }) => sort !== 'recreate');
  return { refusedChange: changeHash(open) };
}

/** Keys that somebody else has set, for a person to see. */
export function foreignStatus({ object, seen }: MachinePass): Partial<VirtualMachineStatus> {
  if (seen.instance.state !== 'known') return {};
  const keys = foreignKeys({ machine: object, seen }).slice(0, FOREIGN_SHOWN);
  return { foreignKeys: keys.length === 0 ? undefined : keys };
}

/** Where the alias of the image pointed to last. */
export function imageStatus({ seen, ...pass }: MachinePass): Partial<VirtualMachineStatus> {
  return seen.image.state === 'known' ? { imageTarget: seen.image.value, imageAt: isoOf(pass) } : {};
}
