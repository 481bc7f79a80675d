import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { JsonObject } from '#store/store.ts';

import type { AgentCli } from './agent-clis.ts';
import { createAgentHome, type AgentHome, type HomeOptions } from './agent-home.ts';
import { startModelEndpoint, type ModelEndpoint, type ScriptedModel } from './model-endpoint/model-endpoint.ts';
import type { ModelScript } from './model-endpoint/model-reply.ts';
import { withRig, type PipelineRig, type TestManifest } from './pipeline.ts';

/** A rig whose agents are real programs with scripted models. */
export type RealRig = { readonly rig: PipelineRig; readonly endpoint: ModelEndpoint };

/** What an agent of such a rig is made of; further fields of its spec stand in `spec`. */
export type RealAgent = Partial<Pick<HomeOptions, 'seeds' | 'credential'>> & {
  readonly cli?: AgentCli;
  readonly script?: ModelScript;
  readonly environment?: Readonly<Record<string, string>>;
  readonly backend?: JsonObject;
  readonly spec?: JsonObject;
};

/** What a test needs to know about an agent that it has made. */
export type MadeAgent = {
  readonly manifest: TestManifest;
  readonly model: ScriptedModel;
  readonly home: AgentHome;
  readonly workdir: string;
};

/** Runs a test on a rig with a model endpoint; nothing of both outlives it. */
export async function withRealRig(work: (real: RealRig) => Promise<void>): Promise<void> {
  const endpoint = await startModelEndpoint();
  try {
    await withRig(async (rig) => {
      await work({ rig, endpoint }).catch(async (error: unknown) => {
        if (error instanceof Error) error.message += await tellMore({ rig, endpoint });
        throw error;
      });
    });
  } finally {
    await endpoint.close();
  }
}

/** An agent that is the real program, in a home of its own, with every time in its manifest short. It is not applied yet. */
export function makeRealAgent({ rig, endpoint }: RealRig, name: string, agent: RealAgent = {}): MadeAgent {
  const { cli = 'claude', script, seeds = {}, credential = 'Key', environment = {}, backend = {}, spec = {} } = agent;
  const model = endpoint.modelOf(name, script);
  const work = join(rig.folder, 'work');
  mkdirSync(work, { recursive: true });
  const home = createAgentHome({
    ...{ cli, agent: name, folder: rig.folder, modelUrl: model.url, seeds, credential },
    trustedFolders: [work, join(work, name)],
  });
  const workdir = join(work, name);
  const env = Object.entries({ ...home.environment, ...environment }).map(([key, value]) => ({ name: key, value }));
  const manifest = {
    kind: 'Agent',
    name,
    spec: {
      mode: 'Loop',
      workdir,
      backend: { type: cli, permissions: 'Bypass', ...backend },
      env,
      prompt: { inline: `You are ${name}. Begin.` },
      restart: { backoff: { initial: '1s', max: '2s' }, budget: { restarts: 100, per: '1h' } },
      ...spec,
    },
  };
  return { manifest, model, home, workdir };
}

/** What the agent's pane shows now; empty when it has none. */
export async function screenOf(rig: PipelineRig, agent: string): Promise<string> {
  return rig.tmux.run('capture-pane', '-p', '-t', `=${agent}:`).catch(() => '');
}

/** A last line that declares a wait which is shorter than the longest that is believed, and longer than a test. */
export function restsFor(minutes: number): string {
  return `WAITING-UNTIL: ${new Date(Date.now() + minutes * 60_000).toISOString()}`;
}

/** What the agents show and have asked, for the message of a failure. */
async function tellMore({ rig, endpoint }: RealRig): Promise<string> {
  const names = await rig.tmux.run('list-sessions', '-F', '#{session_name}').catch(() => '');
  const sessions = names.split('\n').filter((name) => name !== '');
  const shown = await Promise.all(sessions.map(async (name) => `${name} shows:\n${await screenOf(rig, name)}`));
  return ['', `requests of models: ${endpoint.count}`, ...shown].join('\n').replaceAll(/\n{3,}/g, '\n\n');
}
