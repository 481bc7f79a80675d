import assert from 'node:assert/strict';

import type { AgentCli } from './agent-clis.ts';
import { makeRealAgent, withRealRig } from './real-agents.ts';
import { createStage } from './scenes/play-scene.ts';
import type { Scene, Stage } from './scenes/scene.ts';
import type { PipelineRig } from './pipeline.ts';

/** What a status says about the state of an agent. */
type Told = {
  readonly name?: string;
  readonly cause?: string;
  readonly dialog?: string;
  readonly evidence?: string;
  readonly until?: string;
};

/** Time in which nothing may happen to an agent that was left in a state. */
const CALM_MS = 2500;

/**
 * Brings an agent of a whole rig into a state and waits until its status says so. Then it has to be left alone: the same
 * process, the same screen, no restart, no request of its model.
 */
export function playInRig(cli: AgentCli, scene: Scene): Promise<void> {
  return withRealRig(async (real) => {
    const { rig } = real;
    const { seeds = {}, credential = 'Key', permissions = 'Bypass', args = [], environment = {}, script } = scene;
    const more = script === undefined ? {} : { script };
    const { manifest, model } = makeRealAgent(real, 'builder', {
      ...{ cli, seeds, credential, environment, ...more },
      backend: { permissions, args: [...args] },
    });
    await rig.apply(manifest);
    await rig.start();
    await rig.alive('builder');
    const stage = createStage(rig.tmux, '=builder:', model);
    await scene.play?.(stage);
    await stage.until(scene.shows);
    await concludes(rig, 'builder', scene.concludes ?? wordsOf(scene.reading));
    await staysAsItIs(rig, stage, scene);
  });
}

/** Waits until the status calls the state so: name, cause and dialog, those that there are. */
export async function concludes(rig: PipelineRig, agent: string, words: string): Promise<void> {
  let last = '';
  await rig
    .until(`${agent} is ${words}`, async () => {
      const { name, cause, dialog } = await toldState(rig, agent);
      last = [name, cause, dialog].filter((word) => word !== undefined).join(' ');
      return last === words;
    })
    .catch((error: unknown) => {
      if (error instanceof Error) error.message = `it is told as "${last}"; ${error.message}`;
      throw error;
    });
}

/** What the status says about the agent's state; empty before it says anything. */
export async function toldState(rig: PipelineRig, agent: string): Promise<Told> {
  return ((await rig.status(`Agent/${agent}`))['state'] ?? {}) as Told;
}

async function staysAsItIs(rig: PipelineRig, stage: Stage, scene: Scene): Promise<void> {
  const before = { main: rig.agents.main('builder'), pid: await stage.pid() };
  const requests = stage.model.mains.length;
  await rig.quiet();
  await rig.passes(CALM_MS);
  await rig.quiet();
  assert.equal(await stage.pid(), before.pid, 'it was restarted');
  assert.deepEqual(rig.agents.main('builder'), before.main);
  assert.match(await stage.screen(), scene.shows, 'its screen has changed');
  assert.deepEqual((await rig.status('Agent/builder'))['restarts'], undefined, 'a restart was counted');
  // A program that tries again by itself goes on asking; nobody else may make it ask.
  if (!scene.label.startsWith('busy')) assert.equal(stage.model.mains.length, requests, 'its model was asked');
}

// State, box, then what is more: the box is no part of what is told, nor are the words of a reset.
function wordsOf(reading: string): string {
  const [state = '', , ...more] = reading.replace(/ resets .*$/, '').split(' ');
  return [state, ...more.filter((word) => !['spoofable', 'waits'].includes(word))].join(' ');
}
