import { isPoweredOn } from '#api/instance-power.ts';
import { isReason } from '#api/reasons.ts';

import type { Decision } from '../plan.ts';
import { change, instanceOf, type MachineCase } from './machine-case.ts';
import { openRecreate } from './recreate.ts';

/** Forces a stop or restart that the guest did not follow politely within `stopTimeout`. A recreate does so itself. */
export function forceStop(at: MachineCase): Decision | undefined {
  const { stopFailed } = at.machine.status ?? {};
  const isUp = isPoweredOn(instanceOf(at)?.status);
  if (stopFailed === undefined || !isUp || openRecreate(at) !== undefined) return undefined;
  const { action, reason } = stopFailed;
  const message = `the guest did not end within ${at.machine.spec.stopTimeout}, so the ${action} is forced`;
  return change(at, {
    action,
    reason: isReason(reason) ? reason : 'Restarting',
    message,
    blast: 'restart VM',
    force: true,
  });
}
