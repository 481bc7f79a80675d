import type { Logger } from 'pino';

import { createControlSocket } from '#drivers/socket/real-control-socket.ts';
import { acquireSingle } from '#drivers/process/single-lock.ts';
import { createSystemClock } from '#drivers/clock/system-clock.ts';
import { CcciError } from '#api/errors.ts';

import { AgentWatch } from './agent-watch.ts';
import { controlSocketPath } from './control-path.ts';
import { answerControl } from './control.ts';
import { Controller } from './controller.ts';
import { ensureRig } from './ensure-rig.ts';
import { Sources } from './sources.ts';
import type { World } from './world.ts';

/** A controller that runs. */
export type RunningController = {
  readonly controller: Controller;
  /** Ends within seconds and leaves every agent running. */
  close(): Promise<void>;
};

/** Starts the controller of a rig: takes the lock, listens, and looks at everything once. Throws CcciError when another one runs. */
export async function runController(
  world: World,
  { log, pid }: { log: Logger; pid: number },
): Promise<RunningController> {
  const lock = await acquireSingle(`${world.rig.stateDir}/controller.lock`);
  if (!lock.held) throw heldBy(world.rig.stateDir, lock.holder);
  await ensureRig(world.store);
  let follow: () => void = () => undefined;
  const controller = new Controller({
    tools: world.tools,
    clock: createSystemClock(),
    random: Math.random,
    log,
    onObjects: () => follow(),
  });
  const enqueue = (keys: readonly string[]) => controller.enqueue(keys);
  const onError = (error: unknown) => log.warn({ error: String(error) }, 'a source could not look; timers look later');
  const sources = new Sources(world, enqueue, onError);
  const watch = new AgentWatch(world, { enqueue, hint: (keys) => controller.hint(keys), onError });
  follow = coalesced(async () => {
    const { objects } = await world.tools.load();
    watch.follow(objects);
    await sources.follow(objects);
  }, log);
  const server = await createControlSocket().serve(
    controlSocketPath(world.rig.stateDir),
    answerControl(world, controller, pid),
  );
  sources.start();
  follow();
  await controller.resync();
  return {
    controller,
    async close() {
      watch.close();
      sources.close();
      await controller.close();
      await server.close();
      await world.close();
      lock.release();
    },
  };
}

function heldBy(stateDir: string, holder: { pid: number; since: string } | undefined): CcciError {
  const who = holder === undefined ? 'another process' : `process ${String(holder.pid)} (since ${holder.since})`;
  return new CcciError(`could not start: ${who} is the controller of "${stateDir}"`, {
    hint: 'stop it first, or use another --state-dir',
  });
}

// Many passes end at once: the sources follow the objects once afterwards.
function coalesced(work: () => Promise<void>, log: Logger): () => void {
  let state: 'idle' | 'running' | 'again' = 'idle';
  const run = async (): Promise<void> => {
    state = 'running';
    await work().catch((error: unknown) => log.warn({ error: String(error) }, 'could not follow all objects'));
    const isWantedAgain = (state as string) === 'again';
    state = 'idle';
    if (isWantedAgain) void run();
  };
  return () => {
    if (state === 'idle') void run();
    else state = 'again';
  };
}
