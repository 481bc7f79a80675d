import type { VirtualMachineObject } from '#api/virtual-machine.ts';
import type { VirtualMachineObservation } from '#observe/observation.ts';

import { adopt, applyChanges } from './machine/apply-changes.ts';
import { createMissing, foreign, halfMade } from './machine/create.ts';
import { OPERATION_LOOK_MS, POLL_MS, type MachineCase, type MachineStep } from './machine/machine-case.ts';
import { correctPower } from './machine/power.ts';
import { planDeletion } from './machine/delete.ts';
import { forceStop } from './machine/force-stop.ts';
import { differences } from './machine/differences.ts';
import { applyPreconditions } from './machine/preconditions.ts';
import { carryOutOrders, continueBackup } from './machine/orders.ts';
import { continueRecreate } from './machine/recreate.ts';
import { nextProbeMs, repair } from './machine/repair.ts';
import { tellAgents } from './machine/tell-agents.ts';
import { settled, waitFor, type Decision, type Moment, type Plan, type Waiting } from './plan.ts';
import { whenSuspended } from './suspended.ts';

/**
 * Keeps one instance there, running and as declared; repairs it step by step when its probes fail. A disk is wiped only by
 * an approval for exactly this failure, by an order, or within the budget that the manifest names.
 */
export function planVirtualMachine(
  machine: VirtualMachineObject,
  seen: VirtualMachineObservation,
  moment: Moment,
): Plan {
  const at = { machine, seen, moment };
  const noted: Waiting[] = [];
  for (const step of STEPS) {
    const decision = step(at);
    if (decision === undefined) continue;
    // A change that waits for its moment holds nothing up: the machine is kept running and repaired meanwhile.
    const isPatient = step === applyChanges && decision.actions.length === 0;
    if (!isPatient) return { key: keyOf(machine), ...decision, waiting: [...noted, ...decision.waiting] };
    noted.push(...decision.waiting);
  }
  return { key: keyOf(machine), ...settled(nextProbeMs(at)), waiting: noted };
}

const STEPS: readonly MachineStep[] = [
  planDeletion,
  suspended,
  unobservable,
  inOperation,
  forceStop,
  carryOutOrders,
  continueBackup,
  continueRecreate,
  createMissing,
  foreign,
  halfMade,
  adopt,
  applyChanges,
  correctPower,
  applyPreconditions,
  tellAgents,
  repair,
  needsRecreate,
];

function keyOf(machine: VirtualMachineObject): string {
  return `VirtualMachine/${machine.metadata.name}`;
}

function needsRecreate(at: MachineCase): Decision | undefined {
  const fields = differences(at).filter(({ sort }) => sort === 'recreate');
  if (fields.length === 0) return undefined;
  const names = fields.map(({ field }) => field).join(', ');
  const message = `${names} can only be changed by making it anew, which wipes its disk; "ccci vm recreate ${at.machine.metadata.name}" does that`;
  return waitFor('ChangeNeedsRecreate', message, { needsPerson: true, requeueAfterMs: nextProbeMs(at) });
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
