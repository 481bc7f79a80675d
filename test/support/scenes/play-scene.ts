import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { backendOf } from '#backends/registry.ts';

import type { AgentCli } from '../agent-clis.ts';
import { createAgentHome } from '../agent-home.ts';
import { startModelEndpoint, type ScriptedModel } from '../model-endpoint/model-endpoint.ts';
import { startPrivateTmux, type PrivateTmux } from '../tmux.ts';

import type { Scene, Stage } from './scene.ts';

const LIMIT_MS = 90_000;
/** A screen counts when it did not change between two looks, except for what moves on a busy one. */
const LOOK_MS = 150;

/** The running program in one pane of a private tmux. */
export function createStage(tmux: PrivateTmux, pane: string, model: ScriptedModel): Stage {
  const screen = async () => {
    // The end of a job reminds tmux of dead panes that it has lost sight of; only then does it write that they are dead.
    await tmux.run('run-shell', 'true');
    const shown = await tmux.run('capture-pane', '-p', '-t', pane);
    // The line that says so has pushed the last words out of sight.
    if (!/^Pane is dead/m.test(shown)) return shown;
    return (await tmux.run('capture-pane', '-p', '-S', '-', '-E', '-1', '-t', pane)) + shown;
  };
  return {
    model,
    screen,
    until: (shows) => waitFor(shows, screen),
    async keys(...keys) {
      for (const key of keys) await tmux.run('send-keys', '-t', pane, key);
    },
    async paste(text) {
      await tmux.run('set-buffer', '-b', 'ccci-test', text);
      await tmux.run('paste-buffer', '-d', '-p', '-b', 'ccci-test', '-t', pane);
    },
    pid: async () => Number((await tmux.run('display-message', '-p', '-t', pane, '#{pane_pid}')).trim()),
  };
}

/** Launches the program with the arguments that ccci gives it, plays the scene, and answers the screen with neutral paths. Leaves nothing running. */
export async function captureScene(cli: AgentCli, scene: Scene, version?: string): Promise<string> {
  const tmux = await startPrivateTmux();
  const endpoint = await startModelEndpoint();
  try {
    const work = join(tmux.folder, 'project');
    mkdirSync(work);
    const model = endpoint.modelOf('builder', scene.script);
    const { seeds = {}, credential = 'Key', permissions = 'Bypass', args = [] } = scene;
    const place = { folder: tmux.folder, modelUrl: model.url, ...(version === undefined ? {} : { version }) };
    const made = { cli, agent: 'builder', ...place, seeds, credential };
    const home = createAgentHome({ ...made, trustedFolders: [work] });
    const asked = { prompt: 'You are the builder. Begin.', agentName: 'builder', permissions, args, command: [] };
    const launch = backendOf(cli).launch({ ...asked, asRoot: process.getuid?.() === 0 });
    const environment = { ...home.environment, ...launch.env, ...scene.environment };
    const words = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const keep = [';', 'set-option', '-p', 'remain-on-exit', 'on'];
    const size = ['-x', '120', '-y', '40', '-c', work];
    await tmux.run('new-session', '-d', '-s', 'builder', ...size, '/usr/bin/env', ...words, ...launch.argv, ...keep);
    const stage = createStage(tmux, '=builder:', model);
    await scene.play?.(stage);
    await stage.until(scene.shows);
    return makeNeutral(await rest(stage), tmux.folder);
  } finally {
    await tmux.end();
    await endpoint.close();
  }
}

async function rest(stage: Stage): Promise<string> {
  let before = await stage.screen();
  for (let look = 0; look < 10; look += 1) {
    await sleep(LOOK_MS);
    const now = await stage.screen();
    if (now === before) return now;
    before = now;
  }
  return before;
}

async function waitFor(shows: RegExp, screen: () => Promise<string>): Promise<string> {
  const endMs = performance.now() + LIMIT_MS;
  for (;;) {
    const now = await screen();
    if (shows.test(now)) return now;
    if (performance.now() > endMs)
      throw new Error(`did not show ${String(shows)} within ${String(LIMIT_MS / 1000)} s; it shows:\n${now}`);
    await sleep(LOOK_MS);
  }
}

/** The folder of the test as a home of somebody, of the same length so that no frame is bent. */
function makeNeutral(screen: string, folder: string): string {
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  const neutral = '/home/loops/'.padEnd(folder.length, 'x').slice(0, folder.length);
  return screen.replaceAll(folder, neutral).replaceAll(name, 'loops'.padEnd(name.length, 'x'));
}
