import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { agentManifest } from '../support/pipeline-manifests.ts';
import { withRig } from '../support/pipeline.ts';

describe('what people do in the sessions of agents, on real tmux', { concurrency: 3 }, () => {
  for (const { doing, command } of [
    { doing: 'splits its window', command: ['split-window', '-d', '-t', '=builder:', 'sleep 600'] },
    { doing: 'splits its window and works in the new half', command: ['split-window', '-t', '=builder:', 'cat'] },
    { doing: 'opens a window beside it', command: ['new-window', '-t', '=builder:', 'cat'] },
  ]) {
    test(`an agent is still one agent when somebody ${doing}`, () =>
      withRig(async (rig) => {
        await rig.apply(agentManifest(rig, 'builder'));
        await rig.start();
        const first = await rig.alive('builder');
        await rig.settled('Agent/builder');
        await rig.tmux.run(...command);
        await rig.quiet();
        await rig.settled('Agent/builder');
        assert.deepEqual(await rig.alive('builder'), first);
        await rig.ping('builder', 'hello');
        await rig.noted('builder', /heard .*hello/);
        process.kill(first.pid, 'SIGKILL');
        await rig.succeeded('builder', first);
        await rig.settled('Agent/builder');
      }));
  }

  test('a message reaches an agent whose screen somebody scrolls back', () =>
    withRig(async (rig) => {
      await rig.apply(agentManifest(rig, 'builder'));
      await rig.start();
      await rig.settled('Agent/builder');
      await rig.tmux.run('copy-mode', '-t', '=builder:');
      await rig.ping('builder', 'hello');
      await rig.quiet();
      await rig.tmux.run('send-keys', '-t', '=builder:', '-X', 'cancel').catch(() => undefined);
      await rig.lookAtAll();
      await rig.noted('builder', /heard .*hello/);
      assert.equal((await rig.notes('builder')).filter((line) => line.includes('hello')).length, 1);
    }));

  test('an agent that dies in a renamed session comes back under its own name, and nothing of the old one stays', () =>
    withRig(async (rig) => {
      await rig.apply(agentManifest(rig, 'builder'));
      await rig.start();
      const first = await rig.alive('builder');
      await rig.settled('Agent/builder');
      await rig.tmux.run('rename-session', '-t', '=builder', 'another name');
      process.kill(first.pid, 'SIGKILL');
      await rig.succeeded('builder', first);
      await rig.settled('Agent/builder');
      await rig.quiet();
      assert.equal(await rig.tmux.run('list-sessions', '-F', '#{session_name}'), 'builder\n');
    }));

  test("an agent whose name somebody gave to another agent's session is not mixed up with it", () =>
    withRig(async (rig) => {
      await rig.apply(agentManifest(rig, 'builder'));
      await rig.start();
      const builder = await rig.alive('builder');
      await rig.settled('Agent/builder');
      await rig.tmux.run('rename-session', '-t', '=builder', 'adversary');
      await rig.apply(agentManifest(rig, 'adversary'));
      const { message } = await rig.ready('Agent/adversary', 'SessionNameTaken');
      assert.match(message, /agent "builder"/);
      assert.doesNotMatch(message, /another rig/);
      await rig.tmux.run('rename-session', '-t', '=adversary', 'builder');
      await rig.lookAtAll();
      await rig.settled('Agent/adversary');
      assert.deepEqual(await rig.alive('builder'), builder);
    }));

  test('an agent is left alone when its working folder goes away, and gets a new one with its next start', () =>
    withRig(async (rig) => {
      await rig.apply(agentManifest(rig, 'builder'));
      await rig.start();
      const first = await rig.alive('builder');
      await rig.settled('Agent/builder');
      rmSync(join(rig.folder, 'work/builder'), { recursive: true });
      await rig.quiet();
      assert.deepEqual(await rig.alive('builder'), first);
      process.kill(first.pid, 'SIGKILL');
      await rig.succeeded('builder', first);
    }));
});
