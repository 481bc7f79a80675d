import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { commitAndPush, git } from '../../demo/crew/git.ts';
import { randomPauseMs, SCALE, startOldWatchdog } from '../stage/old-watchdog.ts';
import { startRig, type Rig } from '../stage/rig.ts';
import { rowOf, type Row } from '../stage/stats.ts';

const GOAL = { median: 150, p95: 500 };

/** Pushes claims and verdicts from the agents' clones; the other agent says when it has read the line about it. */
export async function measureHandoff(rounds: number): Promise<readonly Row[]> {
  const rig = await startRig({ agents: ['builder', 'verifier', 'c', 'd', 'e'], gate: true });
  const old = await startOldWatchdog(rig.places);
  const [claims, verdicts, oldClaims]: [number[], number[], number[]] = [[], [], []];
  try {
    for (let round = 0; round < rounds; round += 1) {
      await sleep(randomPauseMs() / 3);
      const claim = await push(rig, 'builder', `claim(part-${round}): it works`);
      const arrivals = [arrival(rig, 'verifier', claim), arrival(rig, old.agent, claim)] as const;
      const [ours, theirs] = await Promise.all(arrivals);
      claims.push(ours);
      oldClaims.push(theirs);
      await sleep(50);
      const verdict = await push(rig, 'verifier', `review(part-${round}): PASS`);
      verdicts.push(await arrival(rig, 'builder', verdict));
    }
  } finally {
    old.end();
    await rig.end();
  }
  const scaled = `ticks ${SCALE} times faster than its 30 s`;
  return [
    rowOf('pushed claim -> read in the session', claims, {
      unit: 'ms',
      goal: GOAL,
      remark: 'from the end of the push',
    }),
    rowOf('pushed verdict -> read in the session', verdicts, { unit: 'ms', goal: GOAL, remark: '' }),
    rowOf('  old watchdog, pushed claim', oldClaims, { unit: 'ms', goal: undefined, remark: scaled }),
  ];
}

async function push(rig: Rig, agent: string, subject: string): Promise<string> {
  const clone = join(rig.places.folder, 'clones', agent);
  const identity = ['-c', `user.name=${agent}`, '-c', `user.email=${agent}@example.org`];
  await git(clone, ...identity, 'pull', '--quiet', '--rebase', 'origin', 'main');
  await git(clone, 'config', 'user.name', agent);
  await git(clone, 'config', 'user.email', `${agent}@example.org`);
  await commitAndPush(clone, subject);
  return git(clone, 'rev-parse', 'HEAD');
}

// From the moment at which the remote's branch has moved, as its own hook says.
async function arrival(rig: Rig, agent: string, sha: string): Promise<number> {
  const note = await rig.waitFor(agent, ({ what, text }) => what === 'heard' && text.includes(sha.slice(0, 12)));
  const line = readFileSync(rig.places.pushes, 'utf8')
    .split('\n')
    .find((one) => one.endsWith(sha));
  return note.atMs - Number(line?.split(' ')[0]);
}
