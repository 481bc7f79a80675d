import { isPoweredOn } from '#api/instance-power.ts';
import type { Operation } from '#api/operation.ts';
import { toIso } from '#api/time.ts';
import type { InstanceView } from '#drivers/incus/incus.ts';

import { doNow, waitFor, type Decision } from '../plan.ts';
import { backUp } from './back-up.ts';
import { approvalFor, automaticBudget, type Permission } from './approval.ts';
import { change, instanceOf, OPERATION_LOOK_MS, POLL_MS, retryInMs, type MachineCase } from './machine-case.ts';
import { KEPT_MEMORY, waitForMemory } from './memory-cap.ts';
import { isFailing } from './tallies.ts';

/** What a recreate keeps on disk about itself, so that any step may be the first one after a crash. */
export type RecreateDetail = {
  readonly kind: 'Recreate';
  /** Identity of the instance that is to go. */
  readonly uuid: string;
  readonly failure: string;
  readonly cause: string;
  readonly backup: 'Export' | 'Keep' | 'None';
  /** True once approval or budget was used up. */
  readonly isPaid: boolean;
  /** Operation of the server that is under way for the current step. */
  readonly serverOperation?: string | undefined;
  /** A polite stop was tried and did not help. */
  readonly isForced?: boolean | undefined;
};

/** Every step by name with what is looked at to know that it is done. */
export const RECREATE_STEPS = {
  CheckCap: 'the memory of all instances of the project, once the new one is there',
  BackUp: 'the backup on the server, or for Keep nothing yet',
  VerifyBackup: 'the file of the backup, read back whole; or for Keep nothing yet',
  ConsumeApproval: 'the note of the operation that its approval or budget was used up',
  Stop: 'the power state of the old instance',
  Delete: 'the name is free: the old instance is gone, or for Keep has another name',
  Create: 'an instance with another identity is there and complete',
  Start: 'its power state',
  Settle: 'whether its guest can be looked into',
  Preconditions: 'each precondition in the machine, one by one',
  Ready: 'the probes',
} as const;
/** The name of a step. */
export type RecreateStep = keyof typeof RECREATE_STEPS;

/** The recreate that is under way, or undefined. */
export function openRecreate({
  machine,
}: Pick<MachineCase, 'machine'>): (Operation & { detail: RecreateDetail }) | undefined {
  const { operation } = machine.status ?? {};
  return operation?.detail?.['kind'] === 'Recreate' ? (operation as Operation & { detail: RecreateDetail }) : undefined;
}

/** Begins a recreate that is permitted; the permission is used up only after the backup was verified. */
export function beginRecreate(
  at: MachineCase,
  permission: Permission,
  cause: { failure: string; message: string },
): Decision {
  const instance = instanceOf(at);
  const { backup } = at.machine.spec.beforeRecreate;
  const message = `${cause.message}; ${permission.kind === 'Budget' ? 'policy Automatic allows it' : `${permission.by} approved it`}`;
  const detail: RecreateDetail = {
    kind: 'Recreate',
    uuid: instance?.config['volatile.uuid'] ?? '',
    failure: cause.failure,
    cause: cause.message,
    backup,
    isPaid: false,
  };
  const operation: Operation = {
    id: at.moment.id,
    step: 'CheckCap',
    startedAt: toIso(at.moment.wallMs),
    deadline: toIso(at.moment.wallMs + 24 * 3_600_000),
    detail,
  };
  const why = { reason: 'Recreating', message, blast: 'none' } as const;
  return doNow(
    [{ type: 'BeginRecreate', ...why, operation, order: permission.kind === 'Order' ? permission.id : undefined }],
    0,
  );
}

/** The next act of a recreate that is under way, up to the moment when the old disk is gone; from there on the machine is made as any other. */
export function continueRecreate(at: MachineCase): Decision | undefined {
  const operation = openRecreate(at);
  if (operation === undefined || !isOldThere(at, operation.detail) || isObsolete(at)) return undefined;
  const retryMs = retryInMs(at);
  if (retryMs > 0)
    return waitFor('BackingOff', `step ${operation.step} failed; it is tried again`, { requeueAfterMs: retryMs });
  return (
    checkCap(at, operation) ??
    keepFirst(at, operation) ??
    pay(at, operation) ??
    stop(at, operation) ??
    remove(at, operation)
  );
}

/** Which step a recreate is at, from what is seen now. */
export function recreateStep(at: MachineCase): RecreateStep | undefined {
  const operation = openRecreate(at);
  if (operation === undefined) return undefined;
  if (isOldThere(at, operation.detail)) return stepBeforeWipe(at, operation);
  const instance = instanceOf(at);
  if (instance === undefined || instance.halfCreated) return 'Create';
  if (!isPoweredOn(instance.status)) return 'Start';
  const isOpen = at.machine.status?.preconditions.some(({ state }) => state !== 'Done' && state !== 'Kept') === true;
  if (!isOpen) return 'Ready';
  return at.seen.disk.state === 'unknown' ? 'Settle' : 'Preconditions';
}

/**
 * True for a recreate whose failure is over before anything was touched: a disk that is well again is not wiped, whoever
 * approved it. What a person ordered without a failure is not obsolete.
 */
export function isObsolete(at: Pick<MachineCase, 'machine' | 'seen'>): boolean {
  const operation = openRecreate(at);
  if (operation === undefined || operation.detail.isPaid) return false;
  return operation.detail.failure !== at.machine.status?.handledRecreate && !isFailing(at);
}

type Open = Operation & { readonly detail: RecreateDetail };

function stepBeforeWipe(at: MachineCase, operation: Open): RecreateStep {
  if (checkCap(at, operation) !== undefined) return 'CheckCap';
  if (keepFirst(at, operation) !== undefined)
    return at.seen.serverBackup?.state === 'known' ? 'VerifyBackup' : 'BackUp';
  if (pay(at, operation) !== undefined) return 'ConsumeApproval';
  return stop(at, operation) === undefined ? 'Delete' : 'Stop';
}

function isOldThere(at: MachineCase, { uuid }: RecreateDetail): boolean {
  return instanceOf(at)?.config['volatile.uuid'] === uuid;
}

// Once paid for, the way leads on: a machine that was stopped for this must not be left lying.
function checkCap(at: MachineCase, { detail }: Open): Decision | undefined {
  if (detail.isPaid) return undefined;
  const locked = protectedDisk(at);
  if (locked !== undefined && detail.backup !== 'Keep') return locked;
  const { busyMachines } = at.seen.related;
  if (busyMachines.length > 0)
    return waitFor('OperationRunning', `waits until ${busyMachines.join(', ')} of the same project is done`, {
      requeueAfterMs: 5000,
    });
  return waitForMemory(at, detail.backup === 'Keep' ? [KEPT_MEMORY] : []);
}

function keepFirst(at: MachineCase, { id, detail }: Open): Decision | undefined {
  return detail.backup !== 'Export' || detail.isPaid ? undefined : backUp(at, id);
}

// The second key is turned on disk before anything is touched. An approval that ran out meanwhile is asked for again.
function pay(at: MachineCase, { detail }: Open): Decision | undefined {
  if (detail.isPaid) return undefined;
  const permission = permissionFor(at, detail);
  if (permission === undefined) {
    const command = `ccci approve vm/${at.machine.metadata.name}`;
    const message = `the approval ran out before the backup was verified; run "${command}" again`;
    return waitFor('NeedsApproval', message, { needsPerson: true, requeueAfterMs: POLL_MS });
  }
  const why = { reason: 'Recreating', message: 'its approval is used up', blast: 'none' } as const;
  return doNow([{ type: 'ConsumeApproval', ...why, approval: permission.id, kind: permission.kind }], 10);
}

// An order stands for itself; what a failure was approved or budgeted for must still hold.
function permissionFor(at: MachineCase, { failure }: RecreateDetail): Permission | undefined {
  if (failure === at.machine.status?.handledRecreate) return { kind: 'Order', id: failure, by: 'a person' };
  return approvalFor(at, failure) ?? automaticBudget(at);
}

function stop(at: MachineCase, { detail }: Open): Decision | undefined {
  const instance = instanceOf(at);
  if (instance === undefined || instance.status === 'Stopped') return undefined;
  const message = detail.isForced === true ? 'it does not stop politely' : 'it is made anew';
  const wanted = { action: 'stop', reason: 'Recreating', message, blast: 'restart VM' } as const;
  return change(at, { ...wanted, force: detail.isForced === true || instance.status === 'Frozen' });
}

function remove(at: MachineCase, { id, detail }: Open): Decision | undefined {
  const instance = instanceOf(at);
  if (instance === undefined) return undefined;
  const { project } = at.machine.spec;
  const target = { project, name: instance.name, uuid: detail.uuid };
  if (detail.backup === 'Keep') return keep(at, instance, { ...target, id });
  const locked = protectedDisk(at);
  if (locked !== undefined) return locked;
  const why = { reason: 'Recreating', message: detail.cause, blast: 'recreate VM: wipes disk' } as const;
  return doNow([{ type: 'WipeInstance', ...why, ...target, operation: id }], OPERATION_LOOK_MS);
}

/** Waits for a person where somebody has locked the instance against deletion; undefined when nobody has. */
export function protectedDisk(at: MachineCase): Decision | undefined {
  if (instanceOf(at)?.config['security.protection.delete'] !== 'true') return undefined;
  const message = `instance "${at.machine.spec.instance}" is protected against deletion; unset security.protection.delete if its disk may be wiped`;
  return waitFor('InstanceProtected', message, { needsPerson: true, requeueAfterMs: POLL_MS });
}

// The old instance stays, under another name and with little memory, because it counts against the cap also when stopped.
function keep(
  at: MachineCase,
  instance: InstanceView,
  target: { project: string; name: string; uuid: string; id: string },
): Decision {
  const { project, name, uuid, id } = target;
  const why = { reason: 'BackingUp', message: 'the old disk is kept under another name', blast: 'none' } as const;
  if (instance.config['limits.memory'] !== KEPT_MEMORY) {
    const { etag, description } = instance;
    const update = {
      etag,
      description,
      config: { 'limits.memory': KEPT_MEMORY, 'boot.autostart': 'false' },
      devices: {},
    };
    return doNow([{ type: 'UpdateInstance', ...why, project, name, update, fields: ['limits.memory'] }], 0);
  }
  return doNow([{ type: 'RenameInstance', ...why, project, name, uuid, newName: keptName(at, id) }], OPERATION_LOOK_MS);
}

/** Name of the old instance that is kept. */
export function keptName({ machine }: Pick<MachineCase, 'machine'>, id: string): string {
  return `${machine.spec.instance.slice(0, 63 - id.length - 6)}-kept-${id}`;
}
