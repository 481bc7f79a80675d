import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OperationView } from '#drivers/incus/incus.ts';
import { createSystemClock } from '#drivers/clock/system-clock.ts';
import { createIncus } from '#drivers/incus/real-incus.ts';
import { importImage, INITS } from '../../demo/incusd/busybox-image.ts';
import { IMAGES } from '../../demo/incusd/incusd.ts';
import { incusContract } from '../contract/incus-contract.ts';
import type { IncusWorld } from '../contract/incus-world.ts';
import { skipIncusd, startTestIncusd } from '../support/incusd.ts';

incusContract('a real Incus daemon over HTTPS keeps the contract', makeRealWorld, skipIncusd);

async function makeRealWorld(): Promise<IncusWorld> {
  const incusd = await startTestIncusd();
  const { url, clientCertFile: certFile, clientKeyFile: keyFile, fingerprint, project, admin } = incusd;
  await importImage(admin, { alias: 'incus-slow', init: INITS.polite, scratch: incusd.dir, ballastMiB: 200 });
  const incus = createIncus(
    { kind: 'https', url, certFile, keyFile, fingerprint },
    { clock: createSystemClock(), random: Math.random, connectTimeoutMs: 1_000, requestTimeoutMs: 1_500 },
  );
  return {
    ...incus,
    project,
    image: IMAGES.polite,
    stuckImage: IMAGES.stuck,
    slowImage: 'incus-slow',
    until,
    ended: (id) => endOf(incus.reader, id),
    async addForeign(name) {
      const source = { type: 'image', alias: IMAGES.polite };
      await admin.run({
        method: 'POST',
        path: `/1.0/instances?project=${project}`,
        body: { name, source, config: { 'limits.memory': '16MiB' } },
      });
    },
    async killGuest(name) {
      const { pid } = await admin.ask({ method: 'GET', path: `/1.0/instances/${name}/state?project=${project}` });
      process.kill(pid, 'SIGKILL');
    },
    async crash() {
      incusd.signal('SIGKILL');
      await incusd.ended();
    },
    async hang() {
      incusd.signal('SIGSTOP');
      // The signal arrives thread by thread: one that has not stopped yet still answers.
      await until(() => isStopped(incusd.pid()));
    },
    async comeBack() {
      incusd.signal('SIGCONT');
      if (incusd.pid() === undefined) await incusd.startAgain();
    },
    async close() {
      incus.close();
      await incusd.stop();
    },
  };
}

function isStopped(pid: number | undefined): boolean {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.every((thread) => / T /.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')));
}

async function endOf(reader: IncusWorld['reader'], id: string): Promise<OperationView> {
  let last: OperationView | undefined;
  await until(async () => {
    const fact = await reader.operation(id);
    if (fact.state === 'known') last = fact.value;
    return last !== undefined && last.status !== 'Running';
  });
  if (last === undefined) throw new Error(`operation "${id}" was never seen`);
  return last;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 20_000;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`never true within 20 s: ${holds.toString()}`);
    await sleep(15);
  }
}
