import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { IMAGES, startIncusd, whyNoIncusd, type Incusd } from '../../demo/incusd/incusd.ts';
import { startCcci } from '../../demo/stage/ccci.ts';
import { makeFolder } from '../../demo/stage/folder.ts';
import { placesIn } from '../../demo/stage/prepare.ts';
import { openCountingProxy } from '../stage/counting-proxy.ts';
import { rowOf, type Row } from '../stage/stats.ts';

const PROJECT = 'bench';
const LOOK_MS = 5;
const PAUSE_MS = { least: 1500, spread: 1000 };
const POLL_MS = 30_000;
/** Drift that no event tells: each takes up to a poll. */
const SLOW_ROUNDS = 3;

type Server = Readonly<Record<string, string>>;
type View = { readonly status: string; readonly pid: number; readonly memory: string };

/** Kills an instance, and changes its configuration, again and again on a private daemon; with events, and without. */
export async function measureMachine(rounds: number): Promise<readonly Row[]> {
  const why = whyNoIncusd();
  if (why !== undefined) {
    process.stderr.write(`bench: machine is left out: ${why}\n`);
    return [];
  }
  const folder = makeFolder();
  try {
    const incusd = await startIncusd({ parent: folder.path, prefix: 'vm-', project: PROJECT, memoryCap: '1GiB' });
    const { url, clientCertFile: certFile, clientKeyFile: keyFile, fingerprint } = incusd;
    const byEvents = { url, certFile, keyFile, fingerprint: `sha256:${fingerprint}` };
    const fast = await withCcci(join(folder.path, 'a'), { incusd, server: byEvents, name: 'quick' }, async () => ({
      kills: await repeat(rounds, () => killOnce(incusd, 'quick')),
      drifts: await repeat(rounds, () => driftOnce(incusd, 'quick')),
    }));
    const socket = join(folder.path, 'counting');
    const proxy = await openCountingProxy(socket, incusd.socketPath);
    const slow = await withCcci(join(folder.path, 'b'), { incusd, server: { socket }, name: 'slow' }, async () => {
      const requests = await requestsPerPoll(proxy.asked, 'slow');
      return { requests, drifts: await repeat(SLOW_ROUNDS, () => driftOnce(incusd, 'slow')) };
    });
    proxy.close();
    return [
      row('killed instance -> runs again', fast.kills, { goal: { median: 1500 }, remark: 'by event' }),
      row('changed by hand -> as declared', fast.drifts, { goal: { median: 1000 }, remark: 'by event' }),
      row('changed by hand -> as declared', slow.drifts, {
        goal: { median: POLL_MS, p95: POLL_MS + 2000 },
        remark: 'no events',
      }),
      rowOf('requests per poll, all well', slow.requests, { unit: 'x', goal: { median: 1, p95: 1 }, remark: 'HTTP' }),
    ];
  } finally {
    await folder.remove();
  }
}

function row(name: string, values: readonly number[], more: Pick<Row, 'goal' | 'remark'>): Row {
  return rowOf(name, values, { unit: 'ms', ...more });
}

async function repeat(rounds: number, once: () => Promise<number>): Promise<readonly number[]> {
  const values: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await sleep(PAUSE_MS.least + Math.random() * PAUSE_MS.spread);
    values.push(await once());
  }
  return values;
}

type Where = { readonly incusd: Incusd; readonly server: Server; readonly name: string };

async function withCcci<T>(path: string, { incusd, server, name }: Where, work: () => Promise<T>): Promise<T> {
  const places = placesIn(path);
  mkdirSync(places.manifests, { recursive: true });
  const spec = {
    ...{ server, project: PROJECT, type: 'container', image: { alias: IMAGES.polite } },
    config: { 'limits.memory': '64MiB' },
    devices: { root: { type: 'disk', path: '/', pool: 'default' } },
  };
  const manifest = { apiVersion: 'ccci.dev/v1alpha1', kind: 'VirtualMachine', metadata: { name }, spec };
  writeFileSync(join(places.manifests, 'machine.yaml'), JSON.stringify(manifest));
  const ccci = startCcci(places, []);
  try {
    await until(async () => (await view(incusd, name))?.status === 'Running');
    await sleep(3000);
    return await work();
  } catch (error) {
    throw new Error(`could not measure the machine; ccci said:\n${ccci.lastWords()}`, { cause: error });
  } finally {
    process.kill(ccci.pid, 'SIGTERM');
    await ccci.ended;
  }
}

async function killOnce(incusd: Incusd, name: string): Promise<number> {
  const before = await view(incusd, name);
  if (before === undefined || before.pid <= 0) throw new Error(`instance "${name}" does not run`);
  const startedMs = performance.now();
  process.kill(before.pid, 'SIGKILL');
  await until(async () => {
    const now = await view(incusd, name);
    return now?.status === 'Running' && now.pid > 0 && now.pid !== before.pid;
  });
  return performance.now() - startedMs;
}

async function driftOnce(incusd: Incusd, name: string): Promise<number> {
  const path = `/1.0/instances/${name}?project=${PROJECT}`;
  const startedMs = performance.now();
  await incusd.admin.run({ method: 'PATCH', path, body: { config: { 'limits.memory': '48MiB' } } });
  await until(async () => (await view(incusd, name))?.memory === '64MiB', POLL_MS * 2);
  return performance.now() - startedMs;
}

// One poll is one look at the instance: what else was asked between two of them belongs to it.
async function requestsPerPoll(asked: readonly string[], name: string): Promise<readonly number[]> {
  const isOther = (each: string) => !each.includes('/1.0/events');
  const from = asked.length;
  await sleep(POLL_MS * 2 + 5000);
  const seen = asked.slice(from).filter(isOther);
  const polls = seen.filter((each) => each.startsWith(`GET /1.0/instances/${name}?`)).length;
  return [seen.length / Math.max(1, polls)];
}

async function view({ admin }: Incusd, name: string): Promise<View | undefined> {
  const query = `?project=${PROJECT}`;
  const ask = (path: string) => admin.ask({ method: 'GET', path: `/1.0/instances/${name}${path}${query}` });
  try {
    const [instance, state] = await Promise.all([ask(''), ask('/state')]);
    return { status: state.status, pid: state.pid, memory: instance.config['limits.memory'] };
  } catch {
    return undefined;
  }
}

async function until(holds: () => Promise<boolean>, limitMs = 30_000): Promise<void> {
  for (const giveUpMs = performance.now() + limitMs; performance.now() < giveUpMs; await sleep(LOOK_MS))
    if (await holds()) return;
  throw new Error(`did not happen within ${String(limitMs)} ms`);
}
