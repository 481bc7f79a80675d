import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { describe, test } from 'node:test';

import { agentManifest } from '../support/pipeline-manifests.ts';
import { withRig } from '../support/pipeline.ts';

describe('an agent on real tmux', { concurrency: 3 }, () => {
  test('is started once, whatever is looked at afterwards', () =>
    withRig(async (rig) => {
      await rig.apply(agentManifest(rig, 'builder'));
      await rig.start();
      const first = await rig.alive('builder');
      await rig.settled('Agent/builder');
      await rig.stop();
      await rig.start();
      await rig.quiet();
      assert.deepEqual(await rig.alive('builder'), first);
      assert.equal((await rig.notes('builder')).filter((line) => line.startsWith('start')).length, 1);
    }));

  test('is adopted with the same pid after the state directory is lost', () =>
    withRig(async (rig) => {
      await rig.apply(agentManifest(rig, 'builder'));
      await rig.start();
      const first = await rig.alive('builder');
      await rig.settled('Agent/builder');
      const { launch } = await rig.status('Agent/builder');
      await rig.stop();
      await rig.loseState();
      await rig.apply(agentManifest(rig, 'builder'));
      await rig.start();
      await rig.settled('Agent/builder');
      await rig.quiet();
      assert.deepEqual(await rig.alive('builder'), first);
      assert.deepEqual((await rig.status('Agent/builder'))['launch'], launch);
    }));

  test('is found by the environment of its process when its session has no marks', () =>
    withRig(async (rig) => {
      await rig.apply(agentManifest(rig, 'builder'));
      await rig.start();
      const first = await rig.alive('builder');
      await rig.settled('Agent/builder');
      await rig.stop();
      for (const name of await markNames(rig)) await rig.tmux.run('set-option', '-pu', '-t', '=builder:', name);
      assert.deepEqual(await markNames(rig), []);
      await rig.tmux.run('rename-session', '-t', '=builder', 'renamed by a person');
      await rig.start();
      await rig.until('the marks are renewed', async () => (await markNames(rig, 'renamed by a person')).length > 0);
      await rig.settled('Agent/builder');
      await rig.quiet();
      assert.deepEqual(await rig.alive('builder'), first);
    }));

  test('stays ours when a person renames its session', () =>
    withRig(async (rig) => {
      await rig.apply(agentManifest(rig, 'builder'));
      await rig.start();
      const first = await rig.alive('builder');
      await rig.settled('Agent/builder');
      await rig.tmux.run('rename-session', '-t', '=builder', 'my own name');
      await rig.until('the new name is seen', async () => {
        const { session } = await rig.status('Agent/builder');
        return (session as { name?: string } | undefined)?.name === 'my own name';
      });
      await rig.quiet();
      assert.deepEqual(await rig.alive('builder'), first);
    }));

  test('is not started beside a session of its name that is not ours, and takes it with adopt: true', () =>
    withRig(async (rig) => {
      await rig.tmux.run('new-session', '-d', '-s', 'builder', 'sleep 600');
      const [foreignPid] = (await rig.tmux.run('list-panes', '-a', '-F', '#{pane_pid}')).trim().split('\n');
      await rig.apply(agentManifest(rig, 'builder'));
      await rig.start();
      const refused = await rig.ready('Agent/builder', 'SessionForeign');
      assert.match(refused.message, /adopt: true/);
      assert.equal(rig.agents.all().length, 0);
      await rig.apply(agentManifest(rig, 'builder', { adopt: true }));
      await rig.settled('Agent/builder');
      const panes = await rig.tmux.run('list-panes', '-a', '-F', '#{pane_pid} #{@ccci-agent}#{@ccci_agent}');
      assert.match(panes, new RegExp(`^${String(foreignPid)} `));
      assert.equal(panes.trim().split('\n').length, 1);
    }));

  test('is started again when its process is killed, its session is ended, or its server is killed', () =>
    withRig(async (rig) => {
      await rig.apply(agentManifest(rig, 'builder'), agentManifest(rig, 'adversary'));
      await rig.start();
      let last = await rig.alive('builder');
      const other = await rig.alive('adversary');
      await rig.settled('Agent/adversary');
      process.kill(last.pid, 'SIGKILL');
      last = await rig.succeeded('builder', last);
      await rig.tmux.run('kill-session', '-t', '=builder');
      last = await rig.succeeded('builder', last);
      assert.deepEqual(await rig.alive('adversary'), other);
      await rig.tmux.run('kill-server');
      await rig.succeeded('builder', last);
      await rig.succeeded('adversary', other);
    }));

  test('keeps its pid when the socket of its server is removed', () =>
    withRig(async (rig) => {
      await rig.apply(agentManifest(rig, 'builder'), agentManifest(rig, 'adversary'));
      await rig.start();
      const before = [await rig.alive('builder'), await rig.alive('adversary')];
      await rig.settled('Agent/builder');
      await rig.settled('Agent/adversary');
      await rm(rig.tmux.socketPath);
      await rig.lookAtAll();
      await rig.until('the socket is back', async () => (await rig.tmux.run('list-sessions').catch(() => '')) !== '');
      await rig.settled('Agent/builder');
      await rig.settled('Agent/adversary');
      await rig.quiet();
      assert.deepEqual([await rig.alive('builder'), await rig.alive('adversary')], before);
    }));

  test('keeps its pid when the socket is removed while no controller runs', () =>
    withRig(async (rig) => {
      await rig.apply(agentManifest(rig, 'builder'));
      await rig.start();
      const before = await rig.alive('builder');
      await rig.settled('Agent/builder');
      await rig.stop();
      await rm(rig.tmux.socketPath);
      await rig.start();
      await rig.until('the socket is back', async () => (await rig.tmux.run('list-sessions').catch(() => '')) !== '');
      await rig.quiet();
      assert.deepEqual(await rig.alive('builder'), before);
    }));

  for (const { habits, reason } of [
    { habits: 'stubborn', reason: 'a process that ignores every polite signal' },
    { habits: 'nohup', reason: 'a tool that the agent started and that ignores the hang-up' },
  ]) {
    test(`never runs beside its former self: ${reason}`, () =>
      withRig(async (rig) => {
        await rig.apply(agentManifest(rig, 'builder', { habits: { habits } }));
        await rig.start();
        const first = await rig.alive('builder');
        await rig.settled('Agent/builder');
        await rig.order('Agent/builder', { restart: { by: 'person', at: new Date().toISOString(), id: 'r1' } });
        const second = await rig.succeeded('builder', first);
        await rig.settled('Agent/builder');
        await rig.tmux.run('kill-session', '-t', '=builder');
        await rig.succeeded('builder', second);
      }));
  }
});

async function markNames(rig: { tmux: { run(...args: readonly string[]): Promise<string> } }, session = 'builder') {
  const options = await rig.tmux.run('show-options', '-p', '-t', `=${session}:`);
  return options
    .split('\n')
    .filter((line) => line.startsWith('@'))
    .map((line) => line.split(' ')[0] ?? '');
}
