import { setTimeout as sleep } from 'node:timers/promises';

import { controlSocketPath } from '#controller/control-path.ts';
import { createControlSocket } from '#drivers/socket/real-control-socket.ts';

import { cpuMs, memoryMb } from '../stage/process-cost.ts';
import { startRig, type Rig } from '../stage/rig.ts';
import type { Row } from '../stage/stats.ts';

const AGENTS = ['a', 'b', 'c', 'd', 'e'];
/** What starting leaves to do is over by then. */
const SETTLE_MS = 8000;
const SIGNALS_PER_SECOND = 5;

/** CPU of the controller with its child processes: a crew at rest, and one that prints and signals all the time. */
export async function measureCpu(forMs: number): Promise<readonly Row[]> {
  const rest = await withRig({ agents: AGENTS, gate: true }, (rig) => share(rig, forMs));
  const busy = await withRig({ agents: AGENTS, gate: true, prints: true }, async (rig) => {
    const stop = signalAll(rig);
    const used = await share(rig, forMs);
    stop();
    return used;
  });
  const remark = `${forMs / 1000} s, with its child processes`;
  const row = { unit: '%' as const, samples: 1 };
  return [
    { ...row, name: 'CPU, converged rig of 5 agents', median: rest.percent, goal: { median: 1 }, remark },
    { ...row, name: 'CPU, 5 panes print, 5 signals/s each', median: busy.percent, goal: { median: 5 }, remark },
    { ...row, name: 'RSS of that controller', unit: 'MB', median: busy.memoryMb, goal: { median: 120 } },
  ];
}

async function withRig<T>(shape: Parameters<typeof startRig>[0], work: (rig: Rig) => Promise<T>): Promise<T> {
  const rig = await startRig(shape);
  try {
    await sleep(SETTLE_MS);
    return await work(rig);
  } finally {
    await rig.end();
  }
}

async function share({ ccci }: Rig, forMs: number) {
  const [usedMs, startedMs] = [cpuMs(ccci.pid), performance.now()];
  await sleep(forMs);
  const percent = ((cpuMs(ccci.pid) - usedMs) / (performance.now() - startedMs)) * 100;
  return { percent, memoryMb: memoryMb(ccci.pid).now };
}

// An agent's signal is a request on the controller's socket that names its key.
function signalAll({ places, agents }: Rig): () => void {
  const socket = createControlSocket();
  const path = controlSocketPath(places.stateDir);
  const timers = agents.map((agent) =>
    setInterval(
      () => void socket.ask(path, { ask: 'enqueue', keys: [`Agent/${agent}`] }, 2000),
      1000 / SIGNALS_PER_SECOND,
    ),
  );
  return () => timers.forEach((timer) => clearInterval(timer));
}
