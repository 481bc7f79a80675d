import { parseDurationMs } from '#api/quantity.ts';
import { fromIso } from '#api/time.ts';
import type { VirtualMachineObject } from '#api/virtual-machine.ts';
import type { InstanceView } from '#drivers/incus/incus.ts';
import type { VirtualMachineObservation } from '#observe/observation.ts';

import type { Action, BlastRadius } from './action.ts';
import { doNow, settled, waitFor, type Decision, type Moment, type Plan } from './plan.ts';
import { probeTally, type ProbeTally } from './probe-tally.ts';
import { whenSuspended } from './suspended.ts';

/** Everything the planning of one machine may look at. */
type MachineCase = {
  readonly machine: VirtualMachineObject;
  readonly seen: VirtualMachineObservation;
  readonly moment: Moment;
};
type Step = (at: MachineCase) => Decision | undefined;

const POLL_MS = 30_000;
const GRACEFUL_S = 60;
const OPERATION_LOOK_MS = 300;

/** Keeps one instance there and running; restarts it when its probes fail. Never wipes a disk. */
export function planVirtualMachine(
  machine: VirtualMachineObject,
  seen: VirtualMachineObservation,
  moment: Moment,
): Plan {
  const at = { machine, seen, moment };
  const decision = STEPS.map((step) => step(at)).find((one) => one !== undefined);
  return { key: `VirtualMachine/${machine.metadata.name}`, ...(decision ?? settled(nextLookMs(at))) };
}

const STEPS: readonly Step[] = [
  deleted,
  suspended,
  unobservable,
  inOperation,
  missing,
  foreign,
  halfMade,
  power,
  unhealthy,
];

function deleted({ machine }: MachineCase): Decision | undefined {
  if (machine.metadata.deletionTimestamp === undefined) return undefined;
  const why = { reason: 'Deleted', message: 'it was deleted; the instance is left as it is', blast: 'none' } as const;
  return doNow([
    { type: 'Finalize', ...why, key: `VirtualMachine/${machine.metadata.name}`, finalizer: 'ccci.dev/live' },
  ]);
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
  const isOpen =
    operation !== undefined && at.seen.operation?.state === 'known' && at.seen.operation.value.status === 'Running';
  const isBusy = at.seen.busyWith.state === 'known' && at.seen.busyWith.value.length > 0;
  if (!isOpen && !isBusy) return undefined;
  const what = isOpen ? operation.step : 'somebody else';
  return waitFor('OperationRunning', `waits for an operation of the server on the instance (${what})`, {
    requeueAfterMs: OPERATION_LOOK_MS,
  });
}

function missing(at: MachineCase): Decision | undefined {
  if (at.seen.instance.state !== 'absent') return undefined;
  const { spec } = at.machine;
  const alias = spec.image?.alias;
  if (alias === undefined)
    return waitFor('InstanceMissing', `instance "${spec.instance}" does not exist, and no image says how to make it`, {
      needsPerson: true,
    });
  if (at.seen.image.state === 'absent')
    return waitFor('ImageMissing', `image "${alias}" does not exist on the server`, {
      needsPerson: true,
      requeueAfterMs: POLL_MS,
    });
  if (at.seen.image.state === 'unknown')
    return waitFor('ServerUnreachable', at.seen.image.message, { requeueAfterMs: POLL_MS / 3 });
  const retryMs = retryInMs(at);
  if (retryMs > 0)
    return waitFor('BackingOff', 'the last attempt to make the instance failed; it is tried again', {
      requeueAfterMs: retryMs,
    });
  const config = { ...spec.config, 'user.ccci.rig': at.seen.rig.id, 'user.ccci.name': at.machine.metadata.name };
  const request = {
    project: spec.project,
    name: spec.instance,
    type: spec.type,
    imageAlias: alias,
    config,
    devices: spec.devices,
    requestId: at.moment.id,
  };
  const why = {
    reason: 'InstanceMissing',
    message: `instance "${spec.instance}" does not exist`,
    blast: 'live',
  } as const;
  return doNow([{ type: 'CreateInstance', ...why, request }], OPERATION_LOOK_MS);
}

function foreign(at: MachineCase): Decision | undefined {
  const instance = instanceOf(at);
  if (instance === undefined || at.machine.spec.adopt || isOurs(at, instance)) return undefined;
  const message = `instance "${instance.name}" was not made by ccci; set adopt: true to take it over as it is`;
  return waitFor('InstanceForeign', message, { needsPerson: true, requeueAfterMs: POLL_MS });
}

function halfMade(at: MachineCase): Decision | undefined {
  const instance = instanceOf(at);
  if (instance?.halfCreated !== true) return undefined;
  if (!isOurs(at, instance))
    return waitFor('InstanceForeign', `instance "${instance.name}" is half made and not ours; delete it`, {
      needsPerson: true,
    });
  const why = {
    reason: 'HalfCreated',
    message: 'a create was cut off before the disk was there',
    blast: 'none',
  } as const;
  return doNow(
    [{ type: 'DeleteLeftover', ...why, project: at.machine.spec.project, name: instance.name }],
    OPERATION_LOOK_MS,
  );
}

function power(at: MachineCase): Decision | undefined {
  const instance = instanceOf(at);
  if (instance === undefined) return undefined;
  const isUp = instance.status === 'Running' || instance.status === 'Ready';
  const retryMs = retryInMs(at);
  if (at.machine.spec.running && instance.status === 'Stopped') {
    if (retryMs > 0)
      return waitFor('BackingOff', 'the last start failed; it is tried again', { requeueAfterMs: retryMs });
    return change(at, {
      action: 'start',
      reason: 'InstanceStopped',
      message: 'the instance is stopped',
      blast: 'live',
    });
  }
  if (at.machine.spec.running && instance.status === 'Frozen') {
    return change(at, {
      action: 'unfreeze',
      reason: 'InstanceFrozen',
      message: 'the instance is frozen',
      blast: 'live',
    });
  }
  if (!at.machine.spec.running && isUp) {
    return change(at, {
      action: 'stop',
      reason: 'RunningUnwanted',
      message: 'its manifest says running: false',
      blast: 'restart VM',
    });
  }
  return isUp || !at.machine.spec.running
    ? undefined
    : waitFor('OperationRunning', `the instance is ${instance.status}`, { requeueAfterMs: 1000 });
}

function unhealthy(at: MachineCase): Decision | undefined {
  const failing = tallies(at).filter((tally) => tally.isFailing);
  if (failing.length === 0 || !at.machine.spec.running) return undefined;
  const { softRestart, recreate } = at.machine.spec.repair;
  const what = failing.map(({ name, message }) => `${name}: ${message}`).join('; ');
  const recent = recentRestarts(at);
  const settleLeftMs =
    softRestart === undefined || recent.length === 0
      ? 0
      : Math.max(...recent) + parseDurationMs(softRestart.settle) - at.moment.wallMs;
  if (settleLeftMs > 0)
    return waitFor('Settling', 'was restarted; its probes count again when it has settled', {
      requeueAfterMs: settleLeftMs,
    });
  if (softRestart !== undefined && recent.length < softRestart.max) {
    return change(at, {
      action: 'restart',
      reason: 'ProbeFailing',
      message: `probes fail (${what})`,
      blast: 'restart VM',
      force: recent.length > 0,
    });
  }
  if (recreate.policy === 'Approval') {
    const message = `probes still fail (${what}); making it anew would wipe its disk and needs an approval, which this version can not take`;
    return waitFor('NeedsApproval', message, { needsPerson: true, requeueAfterMs: POLL_MS });
  }
  const reason = softRestart === undefined ? 'ProbeFailing' : 'RepairBudgetSpent';
  return waitFor(reason, `probes fail (${what}); nothing more is allowed by repair; look at the machine`, {
    needsPerson: true,
    requeueAfterMs: nextLookMs(at),
  });
}

function change(
  at: MachineCase,
  wanted: {
    action: 'start' | 'stop' | 'restart' | 'unfreeze';
    reason: string;
    message: string;
    blast: BlastRadius;
    force?: boolean;
  },
): Decision {
  const { action, reason, message, blast, force } = wanted;
  const { project, instance } = at.machine.spec;
  const act: Action = {
    type: 'ChangeInstance',
    reason,
    message,
    blast,
    project,
    name: instance,
    change: { action, timeoutS: GRACEFUL_S, force: force ?? false },
  };
  return doNow([act], OPERATION_LOOK_MS);
}

/** Results of this pass folded into the counters that status keeps. */
export function tallies(at: { machine: VirtualMachineObject; seen: VirtualMachineObservation }): readonly ProbeTally[] {
  return at.machine.spec.probes.map((probe) => {
    const before = at.machine.status?.probes.find((one) => one.name === probe.name);
    return probeTally(probe, before, at.seen.probes[probe.name]);
  });
}

function recentRestarts({ machine, moment }: MachineCase): readonly number[] {
  const perMs = parseDurationMs(machine.spec.repair.softRestart?.per ?? '1h');
  return (machine.status?.softRestarts ?? [])
    .map((at) => fromIso(at) ?? 0)
    .filter((atMs) => atMs > moment.wallMs - perMs);
}

function instanceOf({ seen }: MachineCase): InstanceView | undefined {
  return seen.instance.state === 'known' ? seen.instance.value : undefined;
}

function isOurs({ machine, seen }: MachineCase, instance: InstanceView): boolean {
  const byMark =
    instance.config['user.ccci.rig'] === seen.rig.id && instance.config['user.ccci.name'] === machine.metadata.name;
  const request = instance.config['user.ccci.request-id'];
  return byMark || (request !== undefined && request === machine.status?.requestId);
}

function retryInMs({ machine, moment }: MachineCase): number {
  const retryAt = fromIso(machine.status?.['retryAt'] as string | undefined);
  return retryAt === undefined ? 0 : retryAt - moment.wallMs;
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

function nextLookMs({ machine, moment, seen }: MachineCase): number {
  const due = machine.spec.probes.map((probe) => {
    const lastAt =
      seen.probes[probe.name] === undefined
        ? fromIso(machine.status?.probes.find((one) => one.name === probe.name)?.lastAt)
        : moment.wallMs;
    return (lastAt ?? moment.wallMs) + parseDurationMs(probe.period) - moment.wallMs;
  });
  return Math.max(200, Math.min(POLL_MS, ...due));
}
