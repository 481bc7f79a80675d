import { compact } from '#api/compact.ts';
import { toIso } from '#api/time.ts';
import type { VirtualMachineObject, VirtualMachineStatus } from '#api/virtual-machine.ts';
import type { VirtualMachineObservation } from '#observe/observation.ts';
import type { Action } from '#plan/action.ts';
import { backupPath } from '#plan/machine/back-up.ts';
import { isObsolete, keptName, openRecreate, recreateStep } from '#plan/machine/recreate.ts';
import { shortHash } from '#plan/short-hash.ts';

import { doneOutcome, isoOf, type Pass } from '../pass.ts';
import { EMPTY } from './empty-status.ts';

type MachinePass = Pass<VirtualMachineObject, VirtualMachineObservation>;

const RECREATES_KEPT = 20;
const BACKUPS_KEPT = 20;

/** Status with the permission used up, written before anything is touched; undefined for other actions. */
export function intendRecreate(
  { object, moment }: Pick<MachinePass, 'object' | 'moment'>,
  action: Action,
): VirtualMachineStatus | undefined {
  const { status } = object;
  const operation = openRecreate({ machine: object });
  if (action.type !== 'ConsumeApproval' || status === undefined || operation === undefined) return undefined;
  const at = toIso(moment.wallMs);
  return {
    ...status,
    ...(action.kind === 'Approval' ? { consumedApproval: action.approval } : {}),
    recreates: [...status.recreates, at].slice(-RECREATES_KEPT),
    operation: { ...operation, detail: { ...operation.detail, isPaid: true } },
  };
}

/** The operation of several steps after this pass: begun, at its next step, or over; undefined when there is none. */
export function recreateStatus(pass: MachinePass, now: Now): Partial<VirtualMachineStatus> {
  return begunStatus(pass) ?? (openRecreate({ machine: pass.object }) ? stepStatus(pass, now) : backupStatus(pass));
}

/** What this pass has found out already: whether all is well, and where the preconditions stand. */
type Now = { readonly isReady: boolean; readonly preconditions: VirtualMachineStatus['preconditions'] };

function begunStatus(pass: MachinePass): Partial<VirtualMachineStatus> | undefined {
  const recreate = doneOutcome(pass, 'BeginRecreate')?.action;
  if (recreate?.type === 'BeginRecreate')
    return { operation: recreate.operation, ...compact({ handledRecreate: recreate.order }) };
  const backup = doneOutcome(pass, 'BeginBackup')?.action;
  return backup?.type === 'BeginBackup' ? { operation: backup.operation, handledBackup: backup.order } : undefined;
}

function stepStatus(pass: MachinePass, { isReady, preconditions }: Now): Partial<VirtualMachineStatus> {
  const operation = openRecreate({ machine: pass.object });
  if (operation === undefined || isObsolete({ machine: pass.object, seen: pass.seen })) return {};
  const machine = { ...pass.object, status: { ...(pass.object.status ?? EMPTY), preconditions } };
  const step = recreateStep({ machine, seen: pass.seen, moment: pass.moment }) ?? 'Ready';
  if (step === 'Ready' && isReady) return { ...keptBackup(pass), failure: undefined };
  const { serverOperation: _ended, ...detail } = operation.detail;
  const isStuck = operation.step === 'Stop' && step === 'Stop' && hasFailed(pass);
  const isForced = isStuck ? true : operation.detail.isForced;
  const next = { ...detail, ...compact({ serverOperation: serverOperation(pass), isForced }) };
  return { operation: { ...operation, step, detail: next } };
}

// A backup that a person ordered is over when the file is whole and the server has forgotten its own.
function backupStatus(pass: MachinePass): Partial<VirtualMachineStatus> {
  const operation = pass.object.status?.operation;
  if (operation?.detail?.['kind'] !== 'Backup') return {};
  const { backup, serverBackup } = pass.seen;
  const isWhole = backup?.state === 'known' && backup.value.state === 'Done';
  if (isWhole && serverBackup?.state === 'absent') return madeBackup(pass, { id: operation.id, kind: 'Export' });
  const detail = { ...operation.detail, ...compact({ serverOperation: serverOperation(pass) }) };
  return { operation: { ...operation, step: isWhole ? 'VerifyBackup' : 'BackUp', detail } };
}

function serverOperation(pass: MachinePass): string | undefined {
  const started = pass.outcomes.findLast(({ facts }) => facts.operationId !== undefined)?.facts.operationId;
  const { operation } = pass.seen;
  const isOpen =
    operation?.state === 'unknown' || (operation?.state === 'known' && operation.value.status === 'Running');
  const before = pass.object.status?.operation?.detail?.['serverOperation'];
  return started ?? (isOpen && typeof before === 'string' ? before : undefined);
}

function hasFailed({ seen }: MachinePass): boolean {
  return seen.operation?.state === 'known' && seen.operation.value.status === 'Failure';
}

function keptBackup(pass: MachinePass): Partial<VirtualMachineStatus> {
  const operation = openRecreate({ machine: pass.object });
  if (operation === undefined || operation.detail.backup === 'None') return {};
  return madeBackup(pass, { id: operation.id, kind: operation.detail.backup });
}

function madeBackup(
  pass: MachinePass,
  { id, kind }: { id: string; kind: 'Export' | 'Keep' },
): Partial<VirtualMachineStatus> {
  const at = { machine: pass.object, seen: pass.seen };
  const view = pass.seen.backup?.state === 'known' ? pass.seen.backup.value : undefined;
  const place = kind === 'Keep' ? keptName(at, id) : backupPath(at, id);
  const made = { at: isoOf(pass), kind, place, ...compact({ bytes: view?.bytes, sha256: view?.sha256 }) };
  return { backups: [...(pass.object.status?.backups ?? []), made].slice(-BACKUPS_KEPT) };
}

/**
 * What only a recreate could cure, from when it is first so until it is over: an approval names exactly this, so one that
 * was given for an earlier failure, or for another disk, is none for a later one.
 */
export function failureStatus(pass: MachinePass, what: string | undefined): Partial<VirtualMachineStatus> {
  const { instance } = pass.seen;
  if (what === undefined || instance.state !== 'known') return {};
  const uuid = instance.value.config['volatile.uuid'] ?? '';
  const before = pass.object.status?.failure;
  if (before !== undefined && before['uuid'] === uuid) return { failure: before };
  return { failure: { id: shortHash(`${uuid}/${pass.moment.id}`), uuid, since: isoOf(pass), message: what } };
}
