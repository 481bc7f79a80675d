import { parseDurationMs } from '#api/quantity.ts';
import type { Reason } from '#api/reasons.ts';
import { fromIso } from '#api/time.ts';
import type { VirtualMachineObject } from '#api/virtual-machine.ts';
import type { InstanceView } from '#drivers/incus/incus.ts';
import type { VirtualMachineObservation } from '#observe/observation.ts';

import type { Action, BlastRadius } from '../action.ts';
import { doNow, type Decision, type Moment } from '../plan.ts';

/** Everything the planning of one machine may look at. */
export type MachineCase = {
  readonly machine: VirtualMachineObject;
  readonly seen: VirtualMachineObservation;
  readonly moment: Moment;
};

/** One step of planning a machine: decides, or hands on to the next step. */
export type MachineStep = (at: MachineCase) => Decision | undefined;

/** How long until the next look when nothing calls, in ms. */
export const POLL_MS = 30_000;
/** How soon an operation that was just started is looked at, in ms. */
export const OPERATION_LOOK_MS = 300;

/** The instance, when it is there. */
export function instanceOf({ seen }: MachineCase): InstanceView | undefined {
  return seen.instance.state === 'known' ? seen.instance.value : undefined;
}

/** True when ccci made the instance: by its marks, or by the request that status remembers. */
export function isOurs({ machine, seen }: MachineCase, instance: InstanceView): boolean {
  const byMark =
    instance.config['user.ccci.rig'] === seen.rig.id && instance.config['user.ccci.name'] === machine.metadata.name;
  const request = instance.config['user.ccci.request-id'];
  return byMark || (request !== undefined && request === machine.status?.requestId);
}

/** How long until a failed act may be tried again, in ms; not above zero when it may be now. */
export function retryInMs({ machine, moment }: MachineCase): number {
  const retryAt = fromIso(machine.status?.['retryAt'] as string | undefined);
  return retryAt === undefined ? 0 : retryAt - moment.wallMs;
}

/** What the server said about the last failure, to be put behind a colon; empty when it said nothing. */
export function lastFailure({ machine }: MachineCase): string {
  const message = machine.status?.['retryMessage'];
  return typeof message === 'string' ? ` (${message})` : '';
}

/** A decision to change the instance's power state. */
export function change(
  at: MachineCase,
  wanted: {
    action: 'start' | 'stop' | 'restart' | 'unfreeze';
    reason: Reason;
    message: string;
    blast: BlastRadius;
    force?: boolean;
  },
): Decision {
  const { action, reason, message, blast, force } = wanted;
  const { project, instance, stopTimeout } = at.machine.spec;
  const act: Action = {
    type: 'ChangeInstance',
    reason,
    message,
    blast,
    project,
    name: instance,
    // Zero would mean at once.
    change: { action, timeoutS: Math.max(1, Math.ceil(parseDurationMs(stopTimeout) / 1000)), force: force ?? false },
  };
  return doNow([act], OPERATION_LOOK_MS);
}
