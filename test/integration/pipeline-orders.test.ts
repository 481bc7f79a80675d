import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { agentManifest, crewManifests } from '../support/pipeline-manifests.ts';
import { withRig, type PipelineRig } from '../support/pipeline.ts';

const order = (more: object = {}) => ({ by: 'person', at: new Date().toISOString(), ...more });

describe('what a person orders, and folders that a person filled, on real tmux', { concurrency: 3 }, () => {
  test('a stop waits for the end of a turn, lasts over a restart of the controller, and is lifted by its end', () =>
    withRig(async (rig) => {
      await rig.apply(agentManifest(rig, 'builder', { habits: { habits: 'late' } }));
      await rig.start();
      const first = await rig.alive('builder');
      await rig.settled('Agent/builder');
      await rig.order('Agent/builder', { stop: order() });
      await rig.ready('Agent/builder', 'Stopped');
      await rig.quiet();
      assert.deepEqual(await rig.alive('builder'), first);
      await rig.tmux.run('send-keys', '-t', '=builder:', 'rest now', 'Enter');
      await rig.until('it is stopped', async () => rig.agents.all().length === 0);
      await rig.stop();
      await rig.start();
      await rig.quiet();
      assert.deepEqual(rig.agents.all(), []);
      const { operator, versions } = await rig.get('Agent/builder');
      const { stop: _lifted, ...kept } = operator ?? {};
      await rig.store.writeOperator('Agent/builder', kept, versions.operator);
      await rig.succeeded('builder', first);
      assert.equal((await rig.status('Agent/builder'))['restarts'], undefined);
    }));

  test('a suspended agent is looked at and not touched, dead or alive', () =>
    withRig(async (rig) => {
      await rig.apply(agentManifest(rig, 'builder'));
      await rig.start();
      const first = await rig.alive('builder');
      await rig.settled('Agent/builder');
      await rig.order('Agent/builder', { suspend: order() });
      await rig.ready('Agent/builder', 'Suspended');
      process.kill(first.pid, 'SIGKILL');
      await rig.until('its death is seen', async () => {
        return (await rig.condition('Agent/builder', 'SessionRunning'))?.status === 'False';
      });
      await rig.quiet();
      assert.deepEqual(rig.agents.all(), []);
    }));

  for (const { orphan, reason } of [
    { orphan: false, reason: 'ends its session' },
    { orphan: true, reason: 'leaves its session when that is asked for' },
  ]) {
    test(`the deletion of an agent ${reason}`, () =>
      withRig(async (rig) => {
        await rig.apply(agentManifest(rig, 'builder'));
        await rig.start();
        const first = await rig.alive('builder');
        await rig.settled('Agent/builder');
        if (orphan) await rig.order('Agent/builder', { orphan: order() });
        await rig.store.requestDelete('Agent/builder');
        await rig.until('it is forgotten', async () => (await rig.store.get('Agent/builder')) === undefined);
        assert.deepEqual(rig.agents.main('builder'), orphan ? first : undefined);
      }));
  }

  test('a second controller is refused and told who holds the rig; after a kill the next one starts at once', () =>
    withRig(async (rig) => {
      await rig.apply(agentManifest(rig, 'builder'));
      const controller = await rig.spawn();
      const first = await rig.alive('builder');
      await assert.rejects(rig.start(), new RegExp(`process ${String(controller.pid)} .* is the controller`));
      await rig.kill();
      await rig.start();
      await rig.settled('Agent/builder');
      assert.deepEqual(await rig.alive('builder'), first);
    }));

  for (const { reason, fill, mend } of [
    {
      reason: 'WorkdirNotClone',
      fill: async (_rig: PipelineRig, path: string) => writeFileSync(join(path, 'note.txt'), 'mine\n'),
      mend: async (_rig: PipelineRig, path: string) => rmSync(join(path, 'note.txt')),
    },
    {
      reason: 'WorkdirWrongRemote',
      fill: async (rig: PipelineRig, path: string) => {
        const other = await rig.git.bare('other.git');
        await rig.git.commitTo(other, { subject: 'start', files: { 'other.txt': 'other\n' } });
        await rig.git.git(path, 'clone', '--quiet', other, '.');
      },
      mend: async (rig: PipelineRig, path: string) => {
        await rig.git.git(path, 'remote', 'set-url', 'origin', join(rig.git.root, 'code.git'));
      },
    },
  ]) {
    test(`a working folder that is not the clone it should be is left as it is: ${reason}`, () =>
      withRig(async (rig) => {
        const bare = await rig.git.bare('code.git');
        await rig.git.commitTo(bare, { subject: 'start', files: { 'README.md': 'code\n' } });
        const path = join(rig.folder, 'work/builder');
        mkdirSync(path, { recursive: true });
        await fill(rig, path);
        const before = readdirSync(path);
        await rig.apply(...crewManifests(rig, bare));
        await rig.start();
        await rig.settled('Agent/adversary');
        assert.match((await rig.ready('Agent/builder', reason)).message, /work\/builder/);
        assert.deepEqual(readdirSync(path), before);
        await mend(rig, path);
        await rig.lookAtAll();
        await rig.settled('Agent/builder');
      }));
  }
});
