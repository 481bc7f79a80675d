import { join } from 'node:path';

import type { JsonObject } from '#store/store.ts';

import type { PipelineRig, TestManifest } from './pipeline.ts';

const PROGRAM = join(import.meta.dirname, 'listening-agent.sh');

/** A last line that declares a wait which does not end during a test: between turns, by the agent's own word. */
export const RESTS = 'WAITING-UNTIL: 2099-01-01T00:00:00Z';

/** How a test agent behaves: what it says after each line, and `stubborn`, `deaf`, `nohup` or `wedged`. */
export type AgentHabits = { readonly says?: string; readonly habits?: string };

/** An agent that listens and writes down what it hears, with every time in its manifest short. */
export function agentManifest(
  rig: PipelineRig,
  name: string,
  more: JsonObject & { readonly habits?: AgentHabits } = {},
): TestManifest {
  const { habits = {}, env = [], ...spec } = more;
  return {
    kind: 'Agent',
    name,
    spec: {
      mode: 'Loop',
      workdir: join(rig.folder, 'work', name),
      backend: { type: 'command', command: ['/bin/sh', PROGRAM] },
      env: [
        { name: 'AGENT_NOTES', value: join(rig.folder, 'notes') },
        { name: 'AGENT_SAYS', value: habits.says ?? RESTS },
        { name: 'AGENT_HABITS', value: habits.habits ?? '' },
        ...(env as readonly JsonObject[]),
      ],
      restart: { backoff: { initial: '1s', max: '2s' }, budget: { restarts: 100, per: '1h' } },
      ...spec,
    },
  };
}

/** A builder and an adversary who work on two phases with one gate, in clones of one bare repository. */
export function crewManifests(rig: PipelineRig, url: string, habits: AgentHabits = {}): readonly TestManifest[] {
  const member = (name: string) =>
    agentManifest(rig, name, {
      habits,
      sequence: 'main',
      repositoryRef: { name: 'code' },
      prompt: { inline: `You are ${name}. Phase {{ phase.id }}: {{ phase.title }}.` },
    });
  const phase = (name: string, order: number, title: string): TestManifest => ({
    kind: 'Phase',
    name,
    spec: { order, title, repositoryRef: { name: 'code' }, requiredGates: ['handoff'] },
  });
  return [
    { kind: 'Repository', name: 'code', spec: { url, branch: 'main', interval: '1s' } },
    phase('1', 10, 'first things'),
    phase('2', 20, 'second things'),
    {
      kind: 'Gate',
      name: 'handoff',
      spec: { repositoryRef: { name: 'code' }, claimant: 'builder', verifier: 'adversary' },
    },
    member('builder'),
    member('adversary'),
  ];
}
