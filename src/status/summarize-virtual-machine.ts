import type { Readiness } from '#api/conditions.ts';
import { compact } from '#api/compact.ts';
import { isPoweredOn } from '#api/instance-power.ts';
import { toIso } from '#api/time.ts';
import type { PreconditionStatus } from '#api/virtual-machine-precondition.ts';
import type { VirtualMachineObject, VirtualMachineStatus } from '#api/virtual-machine.ts';
import type { VirtualMachineObservation } from '#observe/observation.ts';
import { allDifferences, differences } from '#plan/machine/differences.ts';
import { openRecreate } from '#plan/machine/recreate.ts';
import { tallies } from '#plan/machine/tallies.ts';
import type { ProbeTally } from '#plan/probe-tally.ts';

import { bootStatus, stopStatus } from './machine/boot-status.ts';
import { EMPTY } from './machine/empty-status.ts';
import { configStatus, foreignStatus, imageStatus, insideStatus } from './machine/inside-status.ts';
import { failureStatus, recreateStatus } from './machine/recreate-status.ts';
import { serverConditions, certificateStatus } from './machine/server-status.ts';
import { condition, conditionsOf, isoOf, unsettledReadiness, type Pass } from './pass.ts';

type MachinePass = Pass<VirtualMachineObject, VirtualMachineObservation>;

const RETRY_FIRST_MS = 2000;
const RETRY_MAX_MS = 300_000;
const OPERATION_DEADLINE_MS = 600_000;

/** The status of a virtual machine after a pass. */
export function summarizeVirtualMachine(pass: MachinePass): VirtualMachineStatus {
  const { object, seen } = pass;
  const { operation: _operation, power: _power, uuid: _uuid, failure: _failure, ...kept } = object.status ?? EMPTY;
  const instance = seen.instance.state === 'known' ? seen.instance.value : undefined;
  const inside = insideStatus(pass);
  const settledness = readiness(pass, inside.preconditions);
  const hasSteps = object.status?.operation?.detail?.['kind'] !== undefined;
  const operation = hasSteps ? undefined : openOperation(pass);
  return {
    ...kept,
    ...retryStatus(pass),
    observedGeneration: object.metadata.generation,
    probes: probeStatuses(pass),
    ...inside,
    ...configStatus(pass),
    ...imageStatus(pass),
    ...foreignStatus(pass),
    ...bootStatus(pass),
    ...stopStatus(pass),
    ...certificateStatus(pass),
    ...failureStatus(pass, failureOfMachine(pass)),
    ...compact({ power: instance?.status, uuid: instance?.config['volatile.uuid'], operation }),
    ...recreateStatus(pass, {
      isReady: settledness.ready === 'True',
      preconditions: inside.preconditions ?? [],
    }),
    conditions: [...conditionsOf(pass, settledness, changes(pass))],
  };
}

// As long as probes fail and only a recreate is left, whoever may decide it.
function failureOfMachine(pass: MachinePass): string | undefined {
  const asks = pass.plan.waiting.find(({ reason }) => reason === 'NeedsApproval');
  const begins = pass.plan.actions.find(({ type }) => type === 'BeginRecreate');
  return asks?.message ?? begins?.message ?? (openRecreate({ machine: pass.object }) === undefined ? undefined : '');
}

function startedOutcome(pass: MachinePass) {
  return pass.outcomes.find(({ facts }) => facts.operationId !== undefined);
}

function openOperation(pass: MachinePass): VirtualMachineStatus['operation'] {
  const started = startedOutcome(pass);
  if (started?.facts.operationId !== undefined) {
    const deadline = toIso(pass.moment.wallMs + OPERATION_DEADLINE_MS);
    const { action } = started;
    const change =
      action.type === 'ChangeInstance' ? { action: action.change.action, reason: action.reason } : undefined;
    const { operationId: id } = started.facts;
    return { id, step: action.type, startedAt: isoOf(pass), deadline, ...compact({ detail: change }) };
  }
  const { operation } = pass.seen;
  const isOpen =
    operation?.state === 'unknown' || (operation?.state === 'known' && operation.value.status === 'Running');
  return isOpen ? pass.object.status?.operation : undefined;
}

// A failed operation is tried again after a growing delay; one that worked starts the delay anew.
function retryStatus(pass: MachinePass): Partial<VirtualMachineStatus> {
  const retryMessage = failureOf(pass);
  if (retryMessage !== undefined) {
    const retries = Number(pass.object.status?.['retries'] ?? 0) + 1;
    const delayMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** (retries - 1));
    return { retries, retryAt: toIso(pass.moment.wallMs + delayMs), retryMessage };
  }
  const { instance } = pass.seen;
  const isUp = instance.state === 'known' && isPoweredOn(instance.value.status);
  return isUp ? { retries: 0 } : {};
}

function failureOf(pass: MachinePass): string | undefined {
  const now = pass.outcomes.find(({ result }) => result === 'Failed');
  if (now !== undefined) return now.message ?? 'it failed';
  const { operation } = pass.seen;
  const failed = operation?.state === 'known' && operation.value.status === 'Failure' ? operation.value : undefined;
  return failed === undefined || startedOutcome(pass) !== undefined ? undefined : (failed.error ?? 'it failed');
}

// The failure that led to a restart is from before it: it is not the first one after it.
function talliesOf({ object: machine, seen, outcomes }: MachinePass): readonly ProbeTally[] {
  const isRestarted = outcomes.some(
    ({ action }) => action.type === 'ChangeInstance' && action.change.action === 'restart',
  );
  return tallies({ machine, seen: isRestarted ? { ...seen, probes: {} } : seen });
}

function probeStatuses(pass: MachinePass): VirtualMachineStatus['probes'] {
  return talliesOf(pass).map((tally) => {
    const before = pass.object.status?.probes.find(({ name }) => name === tally.name);
    const wasAsked = pass.seen.probes[tally.name] !== undefined;
    return { ...tally, lastAt: wasAsked ? isoOf(pass) : (before?.lastAt ?? '') };
  });
}

function readiness(pass: MachinePass, preconditions: readonly PreconditionStatus[] = []): Readiness {
  // It works as it is: what a person may do about it some day holds nobody up who needs it now.
  const waiting = pass.plan.waiting.filter(({ reason }) => reason !== 'ChangeNeedsRecreate');
  const unsettled = unsettledReadiness({ ...pass, plan: { ...pass.plan, waiting } });
  if (unsettled !== undefined) return unsettled;
  const open = preconditions.find(({ state }) => state !== 'Done' && state !== 'Kept');
  if (open !== undefined && pass.object.spec.running) {
    const message = `precondition "${open.name}" is not there yet`;
    return { ready: 'False', progress: 'Reconciling', reason: 'PreconditionPending', message };
  }
  const pending = talliesOf(pass).some(({ ok, successes, failures }) => !ok || (successes === 0 && failures === 0));
  if (pending)
    return { ready: 'False', progress: 'Reconciling', reason: 'ProbePending', message: 'a probe has not answered yet' };
  return {
    ready: 'True',
    progress: 'Settled',
    reason: pass.object.spec.running ? 'InstanceRunning' : 'InstanceStopped',
    message: 'it is as its manifest says',
  };
}

function changes(pass: MachinePass) {
  const failing = talliesOf(pass).find((tally) => tally.isFailing);
  const power = powerCondition(pass);
  const healthy = { reason: power.status === 'True' ? 'InstanceRunning' : 'ProbePending' };
  const unhealthy = { reason: 'ProbeFailing', message: `${failing?.name ?? ''}: ${failing?.message ?? ''}` };
  return [
    power,
    condition(
      'Healthy',
      power.status === 'True' ? failing === undefined : undefined,
      failing === undefined ? healthy : unhealthy,
    ),
    configCondition(pass),
    ...serverConditions(pass),
  ];
}

function powerCondition({ seen: { instance } }: MachinePass) {
  if (instance.state === 'unknown') return condition('InstanceRunning', undefined, { reason: instance.reason });
  if (instance.state === 'absent') return condition('InstanceRunning', false, { reason: 'InstanceMissing' });
  const isUp = isPoweredOn(instance.value.status);
  return condition('InstanceRunning', isUp, { reason: isUp ? 'InstanceRunning' : 'InstanceStopped' });
}

function configCondition({ object, seen }: MachinePass) {
  if (seen.instance.state !== 'known') return condition('ConfigCurrent', undefined, { reason: 'InstanceMissing' });
  const at = { machine: object, seen };
  const open = differences(at);
  if (open.length > 0) {
    const what = open.map(({ field, sort }) => (sort === 'live' ? field : `${field} (needs a ${sort})`)).join(', ');
    return condition('ConfigCurrent', false, { reason: 'InstanceDrifted', message: `the instance differs in ${what}` });
  }
  const left = allDifferences(at).map(({ field }) => field);
  const message = `it was taken over with another ${left.join(', ')}; a change of the manifest brings it about`;
  return left.length > 0
    ? condition('ConfigCurrent', false, { reason: 'AdoptedAsItIs', message })
    : condition('ConfigCurrent', true, { reason: 'InstanceRunning' });
}
