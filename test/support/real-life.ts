import assert from 'node:assert/strict';

import type { AgentProcess } from './agent-watch.ts';
import type { PipelineRig } from './pipeline.ts';
import { toldState } from './real-scene.ts';

/** Opencode takes a minute and more to start on a machine that is busy. */
const LIMIT_MS = 180_000;

/** Waits until the agent is told to be in this state, and answers what is told of it. */
export async function isTold(rig: PipelineRig, agent: string, name: string) {
  return rig.until(
    `${agent} is told to be ${name}`,
    async () => {
      await rig.lookAtAll();
      const state = await toldState(rig, agent);
      return state.name === name && state;
    },
    LIMIT_MS,
  );
}

/** Leaves a message for an agent and waits until the process that was there took it. */
export async function takes(rig: PipelineRig, agent: string, text: string): Promise<void> {
  const before = rig.agents.main(agent);
  await rig.ping(agent, text);
  await rig.until(
    `${agent} takes "${text}"`,
    async () => {
      const deliveries = await rig.store.list('Delivery');
      return deliveries.some((each) => {
        if (!('status' in each) || each.spec['text'] !== text) return false;
        return each.status?.['takenIncarnation'] === before?.incarnation;
      });
    },
    LIMIT_MS,
  );
  assert.deepEqual(rig.agents.main(agent), before, 'taking a message costs no session');
}

/** Kills the agent's process and waits for the one that takes its place. */
export async function diesAndComesBack(rig: PipelineRig, agent: string): Promise<AgentProcess> {
  const before = await rig.alive(agent);
  process.kill(before.pid, 'SIGKILL');
  return rig.until(
    `${agent} runs again`,
    async () => {
      const next = rig.agents.main(agent);
      return next !== undefined && next.incarnation !== before.incarnation && next;
    },
    LIMIT_MS,
  );
}
