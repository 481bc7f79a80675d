import type { Readiness } from '#api/conditions.ts';
import { toIso } from '#api/time.ts';
import type { VirtualMachineObject, VirtualMachineStatus } from '#api/virtual-machine.ts';
import type { VirtualMachineObservation } from '#observe/observation.ts';
import { tallies } from '#plan/plan-virtual-machine.ts';

import { condition, conditionsOf, isoOf, unsettledReadiness, type Pass } from './pass.ts';

type MachinePass = Pass<VirtualMachineObject, VirtualMachineObservation>;

const RETRY_FIRST_MS = 2000;
const RETRY_MAX_MS = 300_000;

/** The status of a virtual machine after a pass. */
export function summarizeVirtualMachine(pass: MachinePass): VirtualMachineStatus {
  const { object, seen } = pass;
  const {
    operation,
    power: _power,
    uuid: _uuid,
    ...kept
  } = object.status ?? { conditions: [], probes: [], softRestarts: [] };
  const instance = seen.instance.state === 'known' ? seen.instance.value : undefined;
  const started = pass.outcomes.find(({ facts }) => facts.operationId !== undefined);
  const isOpen =
    started === undefined &&
    operation !== undefined &&
    seen.operation?.state === 'known' &&
    seen.operation.value.status === 'Running';
  return {
    ...kept,
    ...retryStatus(pass, started !== undefined),
    observedGeneration: object.metadata.generation,
    probes: probeStatuses(pass),
    ...(instance === undefined ? {} : { power: instance.status }),
    ...(instance?.config['volatile.uuid'] === undefined ? {} : { uuid: instance.config['volatile.uuid'] }),
    ...(started === undefined
      ? {}
      : {
          operation: {
            id: started.facts.operationId ?? '',
            step: started.action.type,
            startedAt: isoOf(pass),
            deadline: toIso(pass.moment.wallMs + 600_000),
          },
        }),
    ...(isOpen ? { operation } : {}),
    conditions: [...conditionsOf(pass, readiness(pass), changes(pass))],
  };
}

/** Status with the act written into it before it is done: request id, and the restart that the repair budget pays for. */
export function intendMachineChange(
  pass: MachinePass,
  change: { requestId?: string; isRestart: boolean },
): VirtualMachineStatus {
  const before = pass.object.status ?? { conditions: [], probes: [], softRestarts: [] };
  return {
    ...before,
    ...(change.requestId === undefined ? {} : { requestId: change.requestId }),
    softRestarts: change.isRestart ? [...before.softRestarts, isoOf(pass)].slice(-50) : before.softRestarts,
  };
}

// A failed operation is tried again after a growing delay; one that worked starts the delay anew.
function retryStatus(pass: MachinePass, hasStarted: boolean): Partial<VirtualMachineStatus> {
  const { seen, object } = pass;
  const failedNow = pass.outcomes.some(({ result }) => result === 'Failed');
  const failedBefore = seen.operation?.state === 'known' && seen.operation.value.status === 'Failure';
  if (failedNow || (failedBefore && !hasStarted)) {
    const retries = Number(object.status?.['retries'] ?? 0) + 1;
    const delayMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** (retries - 1));
    return { retries, retryAt: toIso(pass.moment.wallMs + delayMs) };
  }
  const isUp = seen.instance.state === 'known' && ['Running', 'Ready'].includes(seen.instance.value.status);
  return isUp ? { retries: 0 } : {};
}

function probeStatuses(pass: MachinePass): VirtualMachineStatus['probes'] {
  return tallies({ machine: pass.object, seen: pass.seen }).map((tally) => {
    const before = pass.object.status?.probes.find(({ name }) => name === tally.name);
    const wasAsked = pass.seen.probes[tally.name] !== undefined;
    return { ...tally, lastAt: wasAsked ? isoOf(pass) : (before?.lastAt ?? '') };
  });
}

function readiness(pass: MachinePass): Readiness {
  const unsettled = unsettledReadiness(pass);
  if (unsettled !== undefined) return unsettled;
  const pending = tallies({ machine: pass.object, seen: pass.seen }).some(
    ({ ok, successes, failures }) => !ok || (successes === 0 && failures === 0),
  );
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
  const { instance } = pass.seen;
  const isUp =
    instance.state === 'unknown'
      ? undefined
      : instance.state === 'known' && ['Running', 'Ready'].includes(instance.value.status);
  const failing = tallies({ machine: pass.object, seen: pass.seen }).find((tally) => tally.isFailing);
  const reason =
    instance.state === 'unknown'
      ? instance.reason
      : isUp === true
        ? 'InstanceRunning'
        : instance.state === 'absent'
          ? 'InstanceMissing'
          : 'InstanceStopped';
  return [
    condition('InstanceRunning', isUp, { reason }),
    condition(
      'Healthy',
      failing === undefined,
      failing === undefined
        ? { reason: 'InstanceRunning' }
        : { reason: 'ProbeFailing', message: `${failing.name}: ${failing.message}` },
    ),
    ...(pass.object.spec.server.insecure === true
      ? [
          condition('Reachable', isUp !== undefined, {
            reason: 'ServerUntrusted',
            message: 'insecure: true: nobody checks who the server is',
          }),
        ]
      : []),
  ];
}
