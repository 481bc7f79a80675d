import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';

import type { Incusd } from '../../demo/incusd/incusd.ts';
import { openDoor } from '../support/door.ts';
import { skipIncusd, startTestIncusd } from '../support/incusd.ts';
import { guestFile, guestMode, machineFacts, machineManifest } from '../support/pipeline-machine.ts';
import { agentManifest } from '../support/pipeline-manifests.ts';
import { withRig, writeRigFile, type PipelineRig } from '../support/pipeline.ts';
import { freePort } from '../support/sshd.ts';

type Failure = { readonly id: string };

/** What status says when a step has begun: each time the controller is killed right then, and another one goes on. */
const STEPS = [
  ...['CheckCap', 'BackUp', 'VerifyBackup'].map((step) => `"step":"${step}"`),
  '"isPaid":true',
  ...['Stop', 'Delete', 'Create', 'Start', 'Preconditions'].map((step) => `"step":"${step}"`),
  '"name":"login","state":"Done"',
];

describe('the whole ladder of a machine on a real Incus daemon', { skip: skipIncusd, concurrency: 3 }, () => {
  let incusd: Incusd;
  before(async () => {
    incusd = await startTestIncusd();
  });
  after(() => incusd?.stop());

  /** A machine whose probe asks a port of this process, with everything that its manifest may say about its disk. */
  async function ladder(rig: PipelineRig, { name, port }: { name: string; port: number }, more: object = {}) {
    const from = await writeRigFile(rig, `${name}.key`, 'SECRET-KEY\n');
    const line = await writeRigFile(rig, `${name}.pub`, 'ssh-ed25519 AAAA operator\n');
    const probe = { name: 'port', tcp: { host: '127.0.0.1', port }, period: '500ms', timeout: '1s' };
    return machineManifest(incusd, name, {
      probes: [{ ...probe, failureThreshold: 2 }],
      repair: { softRestart: { max: 1, per: '1h', settle: '0s' }, recreate: { policy: 'Approval' } },
      beforeRecreate: { backup: 'Export' },
      memoryCap: { limit: '1GiB' },
      preconditions: [
        { name: 'key', file: { path: '/var/lib/app/key', from, mode: '0600' } },
        { name: 'login', line: { path: '/root/.ssh/authorized_keys', from: line }, apply: 'Enforce' },
        { name: 'mark', command: ['/bin/sh', '-c', 'echo done >>/var/lib/app/marks'], timeout: '10s' },
      ],
      ...more,
    });
  }

  async function approve(rig: PipelineRig, name: string, failure?: string): Promise<void> {
    const key = `VirtualMachine/${name}`;
    const { metadata, status } = await rig.get(key);
    const until = new Date(Date.now() + 60_000).toISOString();
    const id = failure ?? (status?.['failure'] as unknown as Failure).id;
    const order = { id: 'a1', by: 'ada', at: new Date().toISOString(), until, failure: id };
    await rig.order(key, { approve: { ...order, generation: metadata.generation } });
  }

  const isAnother = (name: string, uuid: string) => async () => {
    const facts = await machineFacts(incusd, name);
    return facts?.status === 'Running' && facts.uuid !== uuid && facts;
  };

  test('fails, is restarted, fails again, is approved, backed up, made anew, prepared and ready', (t) =>
    withRig(async (rig) => {
      const [port, key] = [await freePort(), 'VirtualMachine/ladder'];
      let door = await openDoor(port);
      t.after(() => door.close());
      await rig.apply(
        await ladder(rig, { name: 'ladder', port }),
        agentManifest(rig, 'builder', { dependsOn: [{ kind: 'VirtualMachine', name: 'ladder' }] }),
      );
      await rig.start();
      await rig.settled(key, 40_000);
      const first = await machineFacts(incusd, 'ladder');
      assert.equal(await guestFile(incusd, 'ladder', '/var/lib/app/key'), 'SECRET-KEY\n');
      assert.equal(await guestMode(incusd, 'ladder', '/var/lib/app/key'), '0600');
      await rig.alive('builder');
      await door.close();
      await rig.ready(key, 'NeedsApproval', 40_000);
      assert.equal((await machineFacts(incusd, 'ladder'))?.uuid, first?.uuid);
      await approve(rig, 'ladder', 'of-another-failure');
      await rig.quiet();
      assert.equal((await machineFacts(incusd, 'ladder'))?.uuid, first?.uuid, 'an approval of something else is none');
      await approve(rig, 'ladder');
      const next = await rig.until('another disk', isAnother('ladder', first?.uuid ?? ''), 40_000);
      door = await openDoor(port);
      await rig.settled(key, 40_000);
      assert.equal((await machineFacts(incusd, 'ladder'))?.uuid, next.uuid);
      const status = await rig.status(key);
      assert.equal(status['operation'], undefined);
      assert.equal(status['consumedApproval'], 'a1');
      assert.equal((status['recreates'] as string[]).length, 1);
      const [backup] = status['backups'] as { place: string; bytes: number }[];
      assert.equal(statSync(backup?.place ?? '').size, backup?.bytes);
      assert.equal(await guestFile(incusd, 'ladder', '/var/lib/app/key'), 'SECRET-KEY\n');
      assert.equal(await guestFile(incusd, 'ladder', '/root/.ssh/authorized_keys'), 'ssh-ed25519 AAAA operator\n');
      assert.equal(await guestFile(incusd, 'ladder', '/var/lib/app/marks'), 'done\n');
      await rig.noted('builder', /new disk/);
    }));

  test('is made anew exactly once, though the controller is killed at every step of it in turn', (t) =>
    withRig(async (rig) => {
      const [port, key] = [await freePort(), 'VirtualMachine/killed'];
      const door = await openDoor(port);
      await rig.apply(await ladder(rig, { name: 'killed', port }));
      await rig.start();
      await rig.settled(key, 40_000);
      const first = await machineFacts(incusd, 'killed');
      await door.close();
      await rig.ready(key, 'NeedsApproval', 40_000);
      await rig.stop();
      await approve(rig, 'killed');
      const uuids = new Set<string>();
      const isDone = async () => {
        uuids.add((await machineFacts(incusd, 'killed'))?.uuid ?? '');
        const { operation, recreates } = (await rig.status(key)) as { operation?: unknown; recreates?: string[] };
        return recreates?.length === 1 && operation === undefined;
      };
      const killed: string[] = [];
      for (const step of STEPS) {
        const controller = await rig.spawn(0, step);
        await rig.until('it has killed itself, or all is done', async () => !controller.isAlive() || isDone(), 30_000);
        if (!controller.isAlive()) killed.push(step);
        await rig.kill();
        // Healthy again before the approval is used up, nothing would be wiped.
        if (step.includes('isPaid')) t.after((await openDoor(port)).close);
      }
      assert.deepEqual(killed, STEPS, 'each step was the last one of a life');
      await rig.start();
      await rig.settled(key, 40_000);
      const last = await machineFacts(incusd, 'killed');
      uuids.delete('');
      assert.deepEqual([...uuids], [first?.uuid, last?.uuid], 'one disk before, one after, none between');
      assert.equal(((await rig.status(key))['recreates'] as string[]).length, 1);
      assert.equal(await guestFile(incusd, 'killed', '/var/lib/app/key'), 'SECRET-KEY\n');
    }));

  test('keeps the old instance under another name and with little memory, when its manifest says Keep', (t) =>
    withRig(async (rig) => {
      const [port, key] = [await freePort(), 'VirtualMachine/kept'];
      const door = await openDoor(port);
      t.after(door.close);
      const config = { 'limits.memory': '80MiB' };
      await rig.apply(await ladder(rig, { name: 'kept', port }, { beforeRecreate: { backup: 'Keep' }, config }));
      await rig.start();
      await rig.settled(key, 40_000);
      const first = await machineFacts(incusd, 'kept');
      const order = { id: 'r1', by: 'ada', at: new Date().toISOString() };
      await rig.order(key, { recreate: order });
      await rig.until('another disk', isAnother('kept', first?.uuid ?? ''), 40_000);
      await rig.settled(key, 40_000);
      const [backup] = (await rig.status(key))['backups'] as { place: string; kind: string }[];
      assert.equal(backup?.kind, 'Keep');
      const old = await incusd.admin.ask({
        method: 'GET',
        path: `/1.0/instances/${backup?.place ?? ''}?project=${incusd.project}`,
      });
      assert.equal(old.config['volatile.uuid'], first?.uuid);
      assert.equal(old.config['limits.memory'], '64MiB');
      assert.equal(old.status, 'Stopped');
    }));

  test('wipes nothing while the project would be over its memory cap', (t) =>
    withRig(async (rig) => {
      const [port, key] = [await freePort(), 'VirtualMachine/capped'];
      const door = await openDoor(port);
      t.after(door.close);
      const cap = { beforeRecreate: { backup: 'Keep' }, memoryCap: { limit: '1MiB' } };
      await rig.apply(await ladder(rig, { name: 'capped', port }, { memoryCap: { limit: '1GiB' } }));
      await rig.start();
      await rig.settled(key, 40_000);
      const first = await machineFacts(incusd, 'capped');
      await rig.apply(await ladder(rig, { name: 'capped', port }, cap));
      await rig.order(key, { recreate: { id: 'r1', by: 'ada', at: new Date().toISOString() } });
      await rig.ready(key, 'MemoryCapExceeded');
      assert.deepEqual(await machineFacts(incusd, 'capped'), first);
    }));

  test('backs up without disturbing anything when a person orders it', (t) =>
    withRig(async (rig) => {
      const [port, key] = [await freePort(), 'VirtualMachine/copied'];
      const door = await openDoor(port);
      t.after(door.close);
      await rig.apply(await ladder(rig, { name: 'copied', port }));
      await rig.start();
      await rig.settled(key, 40_000);
      const first = await machineFacts(incusd, 'copied');
      await rig.order(key, { backup: { id: 'b1', by: 'ada', at: new Date().toISOString() } });
      const place = await rig.until('the backup is there', async () => {
        const [backup] = ((await rig.status(key))['backups'] ?? []) as { place: string }[];
        return backup?.place;
      });
      assert.ok(existsSync(place));
      await rig.settled(key);
      assert.deepEqual(await machineFacts(incusd, 'copied'), first);
    }));
});
