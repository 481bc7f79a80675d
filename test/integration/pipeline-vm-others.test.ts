import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { importImage, INITS } from '../../demo/incusd/busybox-image.ts';
import { IMAGES, makeCertificate, trust, type Incusd } from '../../demo/incusd/incusd.ts';
import { skipIncusd, startTestIncusd } from '../support/incusd.ts';
import {
  guestFile,
  machineFacts,
  machineManifest,
  makeByHand,
  powerByHand,
  type MachineFacts,
} from '../support/pipeline-machine.ts';
import { withRig, writeRigFile, type PipelineRig } from '../support/pipeline.ts';

const keyOf = (name: string) => `VirtualMachine/${name}`;

type Where = { readonly rig: PipelineRig; readonly incusd: Incusd };

async function once({ rig, incusd }: Where, name: string, holds: (facts: MachineFacts) => boolean) {
  return rig.until(`machine ${name} is so`, async () => {
    const facts = await machineFacts(incusd, name);
    return facts !== undefined && holds(facts) && facts;
  });
}

describe('a machine that somebody else has a hand in', { skip: skipIncusd, concurrency: 3 }, () => {
  let incusd: Incusd;
  before(async () => {
    incusd = await startTestIncusd();
  });
  after(() => incusd?.stop());

  const pathOf = (name: string) => `/1.0/instances/${name}?project=${incusd.project}`;
  const says = async (rig: PipelineRig, pattern: RegExp) =>
    (await rig.store.events()).filter(({ message, reason }) => pattern.test(`${reason} ${message}`));

  test('is started again when its first process is killed', () =>
    withRig(async (rig) => {
      await rig.apply(machineManifest(incusd, 'victim'));
      await rig.start();
      await rig.settled(keyOf('victim'));
      const first = await once({ rig, incusd }, 'victim', ({ status }) => status === 'Running');
      process.kill(first.pid, 'SIGKILL');
      const next = await once(
        { rig, incusd },
        'victim',
        ({ pid, status }) => status === 'Running' && pid !== first.pid,
      );
      assert.equal(next.uuid, first.uuid);
    }));

  test('is stopped by force when its guest ignores that it should end, and that is told', () =>
    withRig(async (rig) => {
      const stuck = { image: { alias: IMAGES.stuck }, stopTimeout: '1s' };
      await rig.apply(machineManifest(incusd, 'deaf', stuck));
      await rig.start();
      await rig.settled(keyOf('deaf'));
      await rig.apply(machineManifest(incusd, 'deaf', { ...stuck, running: false }));
      await once({ rig, incusd }, 'deaf', ({ status }) => status === 'Stopped');
      await rig.settled(keyOf('deaf'));
      const told = await says(rig, /the guest did not end within 1s, so the stop is forced/);
      assert.equal(told.length, 1);
    }));

  test('is made again when it was renamed, and the renamed one is left as it is', () =>
    withRig(async (rig) => {
      await rig.apply(machineManifest(incusd, 'moved'));
      await rig.start();
      await rig.settled(keyOf('moved'));
      const first = await once({ rig, incusd }, 'moved', ({ status }) => status === 'Running');
      await rig.apply(machineManifest(incusd, 'moved', { suspend: true }));
      await rig.ready(keyOf('moved'), 'Suspended');
      await powerByHand(incusd, 'moved', 'stop');
      await incusd.admin.run({ method: 'POST', path: pathOf('moved'), body: { name: 'elsewhere' } });
      await rig.apply(machineManifest(incusd, 'moved'));
      const next = await once({ rig, incusd }, 'moved', ({ status }) => status === 'Running');
      assert.notEqual(next.uuid, first.uuid);
      const old = await machineFacts(incusd, 'elsewhere');
      assert.deepEqual([old?.uuid, old?.status], [first.uuid, 'Stopped']);
    }));

  test('gets its preconditions again when somebody rebuilt its disk, and that is told', () =>
    withRig(async (rig) => {
      const from = await writeRigFile(rig, 'key', 'SECRET\n');
      const preconditions = [{ name: 'key', file: { path: '/var/lib/app/key', from, mode: '0600' } }];
      await rig.apply(machineManifest(incusd, 'rebuilt', { preconditions }));
      await rig.start();
      await rig.settled(keyOf('rebuilt'));
      const first = await rig.status(keyOf('rebuilt'));
      await rig.apply(machineManifest(incusd, 'rebuilt', { preconditions, suspend: true }));
      await rig.ready(keyOf('rebuilt'), 'Suspended');
      await powerByHand(incusd, 'rebuilt', 'stop');
      const source = { type: 'image', alias: IMAGES.polite };
      const path = `/1.0/instances/rebuilt/rebuild?project=${incusd.project}`;
      await incusd.admin.run({ method: 'POST', path, body: { source } });
      assert.equal(await guestFile(incusd, 'rebuilt', '/var/lib/app/key'), undefined);
      await powerByHand(incusd, 'rebuilt', 'start');
      await rig.apply(machineManifest(incusd, 'rebuilt', { preconditions }));
      await rig.until('the key is back', async () => guestFile(incusd, 'rebuilt', '/var/lib/app/key'));
      await rig.settled(keyOf('rebuilt'));
      const now = await rig.status(keyOf('rebuilt'));
      assert.equal(now['uuid'], first['uuid'], 'a rebuild keeps the identity of the instance');
      assert.notEqual(now['disk'], first['disk'], 'and only the note in it tells');
      assert.equal((await says(rig, /^DiskReplaced /)).length, 1);
    }));

  test('is as declared again after somebody changed it, and what nobody declared is told and left', () =>
    withRig(async (rig) => {
      await rig.apply(machineManifest(incusd, 'changed'));
      await rig.start();
      await rig.settled(keyOf('changed'));
      const config = { 'limits.memory': '24MiB', 'limits.processes': '99' };
      await incusd.admin.run({ method: 'PATCH', path: pathOf('changed'), body: { config } });
      const configOf = async () => {
        const { config: now } = await incusd.admin.ask({ method: 'GET', path: pathOf('changed') });
        return [now['limits.memory'], now['limits.processes']];
      };
      await rig.until('it is as declared', async () => (await configOf())[0] === '16MiB');
      const foreign = async () => (await rig.status(keyOf('changed')))['foreignKeys'];
      assert.deepEqual(await rig.until('it is told', async () => (await foreign()) as string[]), ['limits.processes']);
      await rig.settled(keyOf('changed'));
      assert.deepEqual(await configOf(), ['16MiB', '99']);
    }));

  test('is not started for the first time once the project is over its cap, whoever took the memory', () =>
    withRig(async (rig) => {
      await rig.apply(machineManifest(incusd, 'capped', { memoryCap: { limit: '1GiB' }, running: false }));
      await rig.start();
      await rig.settled(keyOf('capped'));
      await makeByHand(incusd, 'greedy');
      await rig.apply(machineManifest(incusd, 'capped', { memoryCap: { limit: '17MiB' } }));
      assert.match((await rig.ready(keyOf('capped'), 'MemoryCapExceeded')).message, /greedy 16MiB.* of 17MiB/);
      assert.equal((await machineFacts(incusd, 'capped'))?.status, 'Stopped');
      await rig.apply(machineManifest(incusd, 'capped', { memoryCap: { limit: '1GiB' } }));
      await once({ rig, incusd }, 'capped', ({ status }) => status === 'Running');
    }));

  test('goes with its disk when its manifest and a person say so, and not before', () =>
    withRig(async (rig) => {
      await rig.apply(machineManifest(incusd, 'leaving', { deletionPolicy: 'Delete' }));
      await rig.start();
      await rig.settled(keyOf('leaving'));
      const { uuid } = await once({ rig, incusd }, 'leaving', ({ status }) => status === 'Running');
      await rig.store.requestDelete(keyOf('leaving'));
      assert.match((await rig.ready(keyOf('leaving'), 'NeedsApproval')).message, /its disk would be deleted with it/);
      const order = { id: 'd1', by: 'ada', at: new Date().toISOString() };
      const { generation } = (await rig.get(keyOf('leaving'))).metadata;
      await rig.order(keyOf('leaving'), { approve: { ...order, failure: `delete-${uuid}`, generation } });
      await rig.until('the object is gone', async () => (await rig.store.get(keyOf('leaving'))) === undefined);
      assert.equal(await machineFacts(incusd, 'leaving'), undefined);
    }));

  test('tells days ahead that the client certificate will not be let in any more', () =>
    withRig(async (rig) => {
      const [certFile, keyFile] = [join(rig.folder, 'soon.crt'), join(rig.folder, 'soon.key')];
      makeCertificate({ certFile, keyFile, name: 'soon', extra: ['-days', '5'] });
      await trust(incusd.admin, certFile, {});
      const server = { url: incusd.url, fingerprint: `sha256:${incusd.fingerprint}`, certFile, keyFile };
      await rig.apply(machineManifest(incusd, 'expiring', { server }));
      await rig.start();
      await rig.settled(keyOf('expiring'));
      const told = await rig.condition(keyOf('expiring'), 'CertificateValid');
      assert.deepEqual([told?.status, told?.reason], ['False', 'ClientCertificateExpiring']);
      assert.match(told?.message ?? '', /expires in less than 7 days/);
      const [event] = await says(rig, /^ClientCertificateExpiring /);
      assert.equal(event?.type, 'Warning');
    }));

  test('costs one request a look while it is as it should be', (t) =>
    withRig(async (rig) => {
      const asked: string[] = [];
      const socketPath = join(rig.folder, 'counting.sock');
      const proxy = createServer((from, to) => {
        asked.push(`${from.method ?? ''} ${from.url ?? ''}`);
        const { method, headers, url: path } = from;
        const next = request({ socketPath: incusd.socketPath, method, headers, path }, (answer) => {
          to.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(to);
        });
        from.pipe(next);
      });
      await new Promise<void>((resolve) => proxy.listen(socketPath, resolve));
      t.after(() => proxy.close());
      const from = await writeRigFile(rig, 'note', 'x\n');
      await rig.apply(
        machineManifest(incusd, 'cheap', {
          server: { socket: socketPath },
          memoryCap: { limit: '1GiB' },
          preconditions: [{ name: 'note', file: { path: '/etc/note', from } }],
          probes: [{ name: 'runs', incus: {} }],
        }),
      );
      await rig.start();
      await rig.settled(keyOf('cheap'));
      await rig.quiet();
      const before = asked.length;
      for (let look = 0; look < 5; look += 1) await rig.lookAtAll();
      await rig.quiet();
      const looks = asked.slice(before).filter((each) => !each.includes('/1.0/events'));
      assert.ok(looks.length >= 1);
      assert.deepEqual(new Set(looks), new Set([`GET /1.0/instances/cheap?project=${incusd.project}`]));
    }));
});

describe('a machine whose real Incus daemon fails in the middle of something', { skip: skipIncusd }, () => {
  let incusd: Incusd;
  before(async () => {
    incusd = await startTestIncusd();
    await importImage(incusd.admin, { alias: 'slow', init: INITS.polite, scratch: incusd.dir, ballastMiB: 200 });
  });
  after(() => incusd?.stop());

  const killDaemon = async (rig: PipelineRig) => {
    incusd.signal('SIGKILL');
    await incusd.ended();
    await incusd.startAgain();
    await rig.lookAtAll();
  };

  test('a hung daemon is unknown, and nothing is done to the machine', (t) =>
    withRig(async (rig) => {
      await rig.apply(machineManifest(incusd, 'still'));
      await rig.start();
      await rig.settled(keyOf('still'));
      const first = await machineFacts(incusd, 'still');
      incusd.signal('SIGSTOP');
      t.after(() => incusd.signal('SIGCONT'));
      void rig.lookAtAll();
      await rig.ready(keyOf('still'), 'ServerHung', 40_000);
      incusd.signal('SIGCONT');
      await rig.lookAtAll();
      await rig.settled(keyOf('still'), 40_000);
      assert.deepEqual(await machineFacts(incusd, 'still'), first);
    }));

  test('a daemon that is killed in the middle of a stop ends it all the same', () =>
    withRig(async (rig) => {
      const stuck = { image: { alias: IMAGES.stuck }, stopTimeout: '20s' };
      await rig.apply(machineManifest(incusd, 'halting', stuck));
      await rig.start();
      await rig.settled(keyOf('halting'));
      await rig.apply(machineManifest(incusd, 'halting', { ...stuck, stopTimeout: '1s', running: false }));
      await rig.until(
        'the stop is under way',
        async () => (await rig.status(keyOf('halting')))['operation'] !== undefined,
      );
      await killDaemon(rig);
      await once({ rig, incusd }, 'halting', ({ status }) => status === 'Stopped');
      await rig.settled(keyOf('halting'), 40_000);
    }));

  test('a daemon that is killed in the middle of a recreate wipes one disk and makes one', () =>
    withRig(async (rig) => {
      const more = { image: { alias: 'slow' }, beforeRecreate: { backup: 'None' } };
      await rig.apply(machineManifest(incusd, 'anew', more));
      await rig.start();
      await rig.settled(keyOf('anew'), 40_000);
      const first = await machineFacts(incusd, 'anew');
      await rig.order(keyOf('anew'), { recreate: { id: 'r1', by: 'ada', at: new Date().toISOString() } });
      await rig.until('the new one is being made', async () => {
        const facts = await machineFacts(incusd, 'anew');
        return facts !== undefined && facts.uuid !== first?.uuid;
      });
      await killDaemon(rig);
      await rig.settled(keyOf('anew'), 40_000);
      const { recreates, operation } = (await rig.status(keyOf('anew'))) as {
        recreates?: string[];
        operation?: object;
      };
      assert.deepEqual([recreates?.length, operation], [1, undefined]);
      assert.equal((await machineFacts(incusd, 'anew'))?.status, 'Running');
    }));
});
