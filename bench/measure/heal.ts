import { setTimeout as sleep } from 'node:timers/promises';

import { randomPauseMs, SCALE, startOldWatchdog, type OldWatchdog } from '../stage/old-watchdog.ts';
import { startRig, type Note, type Rig } from '../stage/rig.ts';
import { rowOf, type Row } from '../stage/stats.ts';

const GOAL = { median: 150, p95: 500 };
const PAUSE_MS = { least: 150, spread: 300 };

/** Kills a session, and separately a process, again and again; each time the agent itself says when it runs again. */
export async function measureHeal(rounds: number): Promise<readonly Row[]> {
  const rig = await startRig({ agents: ['victim', 'b', 'c', 'd', 'e'], gate: true });
  const old = await startOldWatchdog(rig.places);
  try {
    const sessions: number[] = [];
    const oldSessions: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await sleep(randomPauseMs());
      const [ours, theirs] = await Promise.all([killSession(rig), killOldSession(rig, old)]);
      sessions.push(ours);
      oldSessions.push(theirs);
    }
    old.end();
    const processes: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await sleep(PAUSE_MS.least + Math.random() * PAUSE_MS.spread);
      processes.push(await killProcess(rig));
    }
    const scaled = `ticks ${SCALE} times faster than its 300 s`;
    return [
      rowOf('killed session -> new process runs', sessions, { unit: 'ms', goal: GOAL, remark: 'no back-off' }),
      rowOf('killed process -> new process runs', processes, { unit: 'ms', goal: GOAL, remark: 'no back-off' }),
      rowOf('  old watchdog, killed session', oldSessions, { unit: 'ms', goal: undefined, remark: scaled }),
    ];
  } finally {
    old.end();
    await rig.end();
  }
}

async function killSession(rig: Rig): Promise<number> {
  const startedMs = Date.now();
  await rig.tmux('kill-session', '-t', '=bench-victim');
  return (await nextStart(rig, 'victim', startedMs)) - startedMs;
}

async function killOldSession(rig: Rig, old: OldWatchdog): Promise<number> {
  const startedMs = Date.now();
  await old.tmux('kill-session', '-t', `=${old.agent}`);
  return (await nextStart(rig, old.agent, startedMs)) - startedMs;
}

async function killProcess(rig: Rig): Promise<number> {
  const pid = Number(rig.notes('victim').findLast(({ what }) => what === 'started')?.text);
  const startedMs = Date.now();
  process.kill(pid, 'SIGKILL');
  return (await nextStart(rig, 'victim', startedMs)) - startedMs;
}

async function nextStart(rig: Rig, agent: string, afterMs: number): Promise<number> {
  const isNew = ({ what, atMs }: Note) => what === 'started' && atMs > afterMs;
  return (await rig.waitFor(agent, isNew)).atMs;
}
