import type { World } from '#controller/world.ts';

import type { Context } from './context.ts';

/** Connects the pipeline with the real world, for the rig of this state directory. */
export async function startWorld({ settings, environment, cwd, person }: Context): Promise<World> {
  const { createWorld } = await import('#controller/world.ts');
  return createWorld({
    stateDir: settings.stateDir,
    rebootLog: settings.rebootLog,
    workspace: cwd,
    tmuxSocket: settings.tmuxSocket,
    tmuxConfig: settings.tmuxConfig,
    environment,
    uid: person.uid,
  });
}
