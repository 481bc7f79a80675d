import { isPoweredOn } from '#api/instance-power.ts';
import type { InstanceView } from '#drivers/incus/incus.ts';

import { waitFor, type Decision } from '../plan.ts';
import { change, instanceOf, lastFailure, retryInMs, type MachineCase } from './machine-case.ts';
import { waitForMemory } from './memory-cap.ts';

/** Brings the instance to the power state that its manifest wants. */
export function correctPower(at: MachineCase): Decision | undefined {
  const instance = instanceOf(at);
  if (instance === undefined) return undefined;
  return at.machine.spec.running ? bringUp(at, instance) : takeDown(at, instance);
}

function bringUp(at: MachineCase, instance: InstanceView): Decision | undefined {
  if (isPoweredOn(instance.status)) return undefined;
  if (instance.status === 'Frozen') {
    return change(at, {
      action: 'unfreeze',
      reason: 'InstanceFrozen',
      message: 'the instance is frozen',
      blast: 'live',
    });
  }
  if (instance.status !== 'Stopped') {
    return waitFor('OperationRunning', `the instance is ${instance.status}`, { requeueAfterMs: 1000 });
  }
  const retryMs = retryInMs(at);
  if (retryMs > 0)
    return waitFor('BackingOff', `the last start failed${lastFailure(at)}; it is tried again`, {
      requeueAfterMs: retryMs,
    });
  // Two creates at once may both have passed a cap: the sum counts once more before the first start.
  if (isNew(instance)) {
    const memory = waitForMemory(at);
    if (memory !== undefined) return memory;
  }
  return change(at, { action: 'start', reason: 'InstanceStopped', message: 'the instance is stopped', blast: 'live' });
}

function takeDown(at: MachineCase, instance: InstanceView): Decision | undefined {
  if (!isPoweredOn(instance.status)) return undefined;
  const message = 'its manifest says running: false';
  return change(at, { action: 'stop', reason: 'RunningUnwanted', message, blast: 'restart VM' });
}

/** True for an instance that was never started. */
function isNew({ lastUsedAt }: InstanceView): boolean {
  return lastUsedAt.startsWith('1970-');
}
