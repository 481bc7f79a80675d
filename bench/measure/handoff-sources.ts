import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { commitAndPush, git } from '../../demo/crew/git.ts';
import type { Places } from '../../demo/stage/prepare.ts';
import { startRig, type Rig } from '../stage/rig.ts';
import { rowOf, type Row } from '../stage/stats.ts';

const POLL_MS = 2000;
/** Pushes come further apart than this: a request within a second of the last look waits for that second. */
const APART_MS = 1000;

/** One way in which the controller hears of a push, with every other one switched off. */
type Source = {
  readonly name: string;
  readonly repository: (places: Places) => object;
  readonly goalP95Ms: number;
  readonly remark: string;
};

/** Pushes claims, and measures for each source on its own how long the verifier waits for the line about it. */
export async function measureHandoffSources(rounds: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const source of SOURCES) rows.push(await measureSource(source, rounds));
  return rows;
}

const SECRET = randomBytes(16).toString('hex');

const SOURCES: readonly Source[] = [
  {
    name: 'clone',
    repository: () => ({ interval: '1h' }),
    goalP95Ms: 1000,
    remark: "the pusher's own clone is watched",
  },
  {
    name: 'webhook',
    repository: (places) => ({ interval: '1h', watchClones: false, webhook: { secretFile: writeSecret(places) } }),
    goalP95Ms: 1000,
    remark: 'the request is sent when the push has returned',
  },
  {
    name: 'poll',
    repository: () => ({ interval: `${POLL_MS}ms`, watchClones: false }),
    goalP95Ms: POLL_MS + 1000,
    remark: `interval ${POLL_MS / 1000} s`,
  },
];

function writeSecret({ folder }: Places): string {
  const path = join(folder, 'hook');
  writeFileSync(path, SECRET, { mode: 0o600 });
  return path;
}

async function measureSource(source: Source, rounds: number): Promise<Row> {
  const port = await freePort();
  const flags = source.name === 'webhook' ? ['--webhook-listen', `127.0.0.1:${port}`] : [];
  const rig = await startRig({ agents: ['builder', 'verifier'], gate: true, repository: source.repository, flags });
  const waits: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      await sleep(APART_MS + Math.random() * POLL_MS);
      const clone = await push(rig, `claim(part-${round}): it works`);
      if (source.name === 'webhook') await post(port);
      waits.push(await arrival(rig, await git(clone, 'rev-parse', 'HEAD')));
    }
  } finally {
    await rig.end();
  }
  const goal = { median: source.goalP95Ms, p95: source.goalP95Ms };
  return rowOf(`commit -> taken, by ${source.name}`, waits, { unit: 'ms', goal, remark: source.remark });
}

async function push(rig: Rig, subject: string): Promise<string> {
  const clone = join(rig.places.folder, 'clones', 'builder');
  await git(clone, 'config', 'user.name', 'builder');
  await git(clone, 'config', 'user.email', 'builder@example.org');
  await commitAndPush(clone, subject);
  return clone;
}

async function post(port: number): Promise<void> {
  const body = JSON.stringify({ ref: 'refs/heads/main' });
  const headers = { 'X-Forgejo-Signature': createHmac('sha256', SECRET).update(body).digest('hex') };
  const response = await fetch(`http://127.0.0.1:${port}/webhook/bench`, { method: 'POST', body, headers });
  if (response.status !== 202) throw new Error(`the webhook answered ${response.status}, expected 202`);
  await response.text();
}

// From the moment at which the remote's branch has moved, as its own hook says.
async function arrival(rig: Rig, sha: string): Promise<number> {
  const note = await rig.waitFor('verifier', ({ what, text }) => what === 'heard' && text.includes(sha.slice(0, 12)));
  const line = readFileSync(rig.places.pushes, 'utf8')
    .split('\n')
    .find((one) => one.endsWith(sha));
  return note.atMs - Number(line?.split(' ')[0]);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
