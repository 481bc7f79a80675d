import { compact } from '#api/compact.ts';

import { doNow, waitFor, type Decision } from '../plan.ts';
import {
  instanceOf,
  isOurs,
  lastFailure,
  OPERATION_LOOK_MS,
  POLL_MS,
  retryInMs,
  type MachineCase,
} from './machine-case.ts';
import { waitForMemory, waitForTurn } from './memory-cap.ts';

/** Makes the instance when a checked server says that there is none. */
export function createMissing(at: MachineCase): Decision | undefined {
  if (at.seen.instance.state !== 'absent') return undefined;
  const { image } = at.machine.spec;
  if (image === undefined) {
    const message = `instance "${at.machine.spec.instance}" does not exist, and no image says how to make it`;
    return waitFor('InstanceMissing', message, { needsPerson: true });
  }
  return waitForImage(at) ?? waitForTexts(at) ?? waitForTurn(at) ?? waitForMemory(at) ?? waitForRetry(at) ?? create(at);
}

function waitForImage({ machine, seen }: MachineCase): Decision | undefined {
  const alias = machine.spec.image?.alias;
  if (alias === undefined) return undefined;
  if (seen.image.state === 'unknown') {
    return waitFor('ServerUnreachable', seen.image.message, { requeueAfterMs: POLL_MS / 3 });
  }
  if (seen.image.state === 'known') return undefined;
  const message = `image "${alias}" does not exist on the server`;
  return waitFor('ImageMissing', message, { needsPerson: true, requeueAfterMs: POLL_MS });
}

function waitForTexts({ seen }: MachineCase): Decision | undefined {
  if (seen.cloudInitProblems.length === 0) return undefined;
  return waitFor('CloudInitMissing', seen.cloudInitProblems.join('; '), { needsPerson: true, requeueAfterMs: 15_000 });
}

function waitForRetry(at: MachineCase): Decision | undefined {
  const retryMs = retryInMs(at);
  if (retryMs <= 0) return undefined;
  return waitFor('BackingOff', `the last attempt to make the instance failed${lastFailure(at)}; it is tried again`, {
    requeueAfterMs: retryMs,
  });
}

function create(at: MachineCase): Decision {
  const { project, instance: name, type, devices, config: own, image = {}, cloudInit } = at.machine.spec;
  const config = { ...own, 'user.ccci.rig': at.seen.rig.id, 'user.ccci.name': at.machine.metadata.name };
  const requestId = at.moment.id;
  // Texts and secrets go to the server by reference up to the very call: a plan can be shown to anybody.
  const request = { project, name, type, image, config, devices, requestId };
  const why = { reason: 'InstanceMissing', message: `instance "${name}" does not exist`, blast: 'live' } as const;
  return doNow([{ type: 'CreateInstance', ...why, request, ...compact({ cloudInit }) }], OPERATION_LOOK_MS);
}

/** Refuses an instance that somebody else made, unless the manifest adopts it. */
export function foreign(at: MachineCase): Decision | undefined {
  const instance = instanceOf(at);
  if (instance === undefined || at.machine.spec.adopt || isOurs(at, instance)) return undefined;
  const message = `instance "${instance.name}" was not made by ccci; set adopt: true to take it over as it is`;
  return waitFor('InstanceForeign', message, { needsPerson: true, requeueAfterMs: POLL_MS });
}

/** Takes away what a create that was cut off left behind, so that it can be made again. Nobody's data is in it yet. */
export function halfMade(at: MachineCase): Decision | undefined {
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
    [
      {
        type: 'DeleteLeftover',
        ...why,
        project: at.machine.spec.project,
        name: instance.name,
        requestId: instance.config['user.ccci.request-id'],
      },
    ],
    OPERATION_LOOK_MS,
  );
}
