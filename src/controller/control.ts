import type { Json } from '#drivers/socket/control-socket.ts';
import { planEverything } from './plan-everything.ts';
import type { Controller } from './controller.ts';
import type { World } from './world.ts';

/** Answers on the control socket. `plan` is made with the controller's own memory of what has been quiet for how long. */
export function answerControl(
  world: World,
  controller: Pick<Controller, 'hint' | 'resync'>,
  pid: number,
): (request: Json) => Promise<Json> {
  return async (request) => {
    const { ask, keys } = request as { ask?: unknown; keys?: unknown };
    if (ask === 'ping') return { pid };
    if (ask === 'plan') return JSON.parse(JSON.stringify(await planEverything(world.tools))) as Json;
    if (ask === 'enqueue' && Array.isArray(keys)) {
      controller.hint(keys.filter((key): key is string => typeof key === 'string'));
      return { ok: true };
    }
    if (ask === 'resync') {
      await controller.resync();
      return { ok: true };
    }
    throw new Error('could not read the request: "ask" must be ping, enqueue, resync or plan');
  };
}
