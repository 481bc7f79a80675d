import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { makeCertificate, type Incusd } from '../../demo/incusd/incusd.ts';
import { openDoor } from '../support/door.ts';
import { skipIncusd, startTestIncusd } from '../support/incusd.ts';
import {
  deleteByHand,
  machineFacts,
  machineManifest,
  makeByHand,
  powerByHand,
  type MachineFacts,
} from '../support/pipeline-machine.ts';
import { agentManifest } from '../support/pipeline-manifests.ts';
import { withRig, type PipelineRig } from '../support/pipeline.ts';
import { freePort } from '../support/sshd.ts';
import { startListeningServer } from '../support/tls-server.ts';

describe('a machine on a real Incus daemon', { skip: skipIncusd, concurrency: 3 }, () => {
  let incusd: Incusd;
  before(async () => {
    incusd = await startTestIncusd();
  });
  after(() => incusd?.stop());

  const runs = (rig: PipelineRig, name: string, holds: (facts: MachineFacts) => boolean = () => true) =>
    rig.until(`machine ${name} runs`, async () => {
      const facts = await machineFacts(incusd, name);
      return facts?.status === 'Running' && holds(facts) && facts;
    });

  test('is made, and brought back after somebody deleted, stopped or froze it', () =>
    withRig(async (rig) => {
      await rig.apply(machineManifest(incusd, 'plain'));
      await rig.start();
      const made = await runs(rig, 'plain');
      await rig.settled('VirtualMachine/plain');
      await powerByHand(incusd, 'plain', 'stop');
      const started = await runs(rig, 'plain');
      assert.equal(started.uuid, made.uuid);
      await rig.settled('VirtualMachine/plain');
      await powerByHand(incusd, 'plain', 'freeze');
      await runs(rig, 'plain', ({ pid }) => pid === started.pid);
      await rig.settled('VirtualMachine/plain');
      await deleteByHand(incusd, 'plain');
      await runs(rig, 'plain', ({ uuid }) => uuid !== made.uuid);
      await rig.settled('VirtualMachine/plain');
    }));

  for (const { policy, reason } of [
    { policy: 'Never', reason: 'RepairBudgetSpent' },
    { policy: 'Approval', reason: 'NeedsApproval' },
  ] as const) {
    test(`is restarted within its budget when a probe fails, then waits: ${reason}`, (t) =>
      withRig(async (rig) => {
        const name = `probed-${policy.toLowerCase()}`;
        const port = await freePort();
        const probe = { name: 'port', tcp: { host: '127.0.0.1', port }, period: '1s', timeout: '1s' };
        const repair = { softRestart: { max: 2, per: '1h', settle: '1s' }, recreate: { policy } };
        const probes = [{ ...probe, failureThreshold: 2 }];
        const door = await openDoor(port);
        t.after(door.close);
        await rig.apply(machineManifest(incusd, name, { probes, repair }));
        await rig.start();
        await rig.settled(`VirtualMachine/${name}`);
        const first = await runs(rig, name);
        await door.close();
        await rig.ready(`VirtualMachine/${name}`, reason, 40_000);
        const last = await runs(rig, name);
        assert.equal(last.uuid, first.uuid);
        assert.notEqual(last.pid, first.pid);
        assert.equal(((await rig.status(`VirtualMachine/${name}`))['softRestarts'] as string[]).length, 2);
        assert.deepEqual(await restartsInLog(rig), ['polite', 'forced']);
        await rig.quiet();
        assert.equal((await runs(rig, name)).pid, last.pid);
        t.after((await openDoor(port)).close);
        await rig.settled(`VirtualMachine/${name}`);
      }));
  }

  test('is left alone when somebody else made it, and taken as it is with adopt: true', () =>
    withRig(async (rig) => {
      await makeByHand(incusd, 'foreign');
      await powerByHand(incusd, 'foreign', 'start');
      const theirs = await machineFacts(incusd, 'foreign');
      await rig.apply(machineManifest(incusd, 'foreign', { running: false }));
      await rig.start();
      assert.match((await rig.ready('VirtualMachine/foreign', 'InstanceForeign')).message, /adopt: true/);
      await rig.quiet();
      assert.deepEqual(await machineFacts(incusd, 'foreign'), theirs);
      await rig.apply(machineManifest(incusd, 'foreign', { adopt: true }));
      await rig.settled('VirtualMachine/foreign');
      assert.deepEqual(await machineFacts(incusd, 'foreign'), theirs);
    }));

  test('is not made while its project is mistyped, and is when that is corrected', () =>
    withRig(async (rig) => {
      await rig.apply(machineManifest(incusd, 'typo', { project: 'terraform-cl' }));
      await rig.start();
      assert.match((await rig.ready('VirtualMachine/typo', 'ProjectMissing')).message, /terraform-cl/);
      await rig.apply(machineManifest(incusd, 'typo'));
      await rig.settled('VirtualMachine/typo');
    }));

  test('is asked nothing of a server with another certificate', (t) =>
    withRig(async (rig) => {
      const [certFile, keyFile] = [join(rig.folder, 'other.crt'), join(rig.folder, 'other.key')];
      makeCertificate({ certFile, keyFile, name: 'other' });
      const server = await startListeningServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) });
      t.after(server.close);
      const { spec } = machineManifest(incusd, 'pinned');
      const wrong = { ...(spec['server'] as object), url: server.url };
      await rig.apply(machineManifest(incusd, 'pinned', { server: wrong }));
      await rig.start();
      await rig.ready('VirtualMachine/pinned', 'CertificateWrong');
      await rig.quiet();
      assert.equal(server.received(), '');
      await rig.apply(machineManifest(incusd, 'pinned'));
      await rig.settled('VirtualMachine/pinned');
    }));

  test('holds the start of an agent that depends on it, and does not stop it afterwards', () =>
    withRig(async (rig) => {
      const dependsOn = [{ kind: 'VirtualMachine', name: 'needed' }];
      await rig.apply(
        agentManifest(rig, 'builder', { dependsOn }),
        machineManifest(incusd, 'needed', { suspend: true }),
      );
      await rig.start();
      await rig.ready('Agent/builder', 'DependencyNotReady');
      await rig.quiet();
      assert.deepEqual(rig.agents.all(), []);
      await rig.apply(machineManifest(incusd, 'needed'));
      const first = await rig.alive('builder');
      assert.equal((await machineFacts(incusd, 'needed'))?.status, 'Running');
      await rig.apply(machineManifest(incusd, 'needed', { suspend: true }));
      await deleteByHand(incusd, 'needed');
      await rig.quiet();
      assert.deepEqual(await rig.alive('builder'), first);
    }));
});

describe('a machine whose real Incus daemon is killed', { skip: skipIncusd }, () => {
  test('is unknown while the daemon is down, is not made a second time, and goes on when it is back', (t) =>
    withRig(async (rig) => {
      const incusd = await startTestIncusd();
      t.after(incusd.stop);
      await rig.apply(machineManifest(incusd, 'steady'));
      await rig.start();
      await rig.settled('VirtualMachine/steady');
      const before = await machineFacts(incusd, 'steady');
      incusd.signal('SIGKILL');
      await incusd.ended();
      await rig.lookAtAll();
      await rig.ready('VirtualMachine/steady', 'ServerUnreachable');
      await incusd.startAgain();
      await rig.settled('VirtualMachine/steady', 30_000);
      assert.deepEqual(await machineFacts(incusd, 'steady'), before);
    }));
});

async function restartsInLog(rig: PipelineRig): Promise<readonly string[]> {
  const events = await rig.store.events();
  return events.flatMap(({ message }) =>
    /^restart/.test(message) ? [/forc/.test(message) ? 'forced' : 'polite'] : [],
  );
}
