import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { skipWithout } from '../support/agent-clis.ts';
import { fails, says, uses, type ModelReply, type ModelScript } from '../support/model-endpoint/model-reply.ts';
import { diesAndComesBack, isTold, takes } from '../support/real-life.ts';
import { makeRealAgent, restsFor, screenOf, withRealRig } from '../support/real-agents.ts';

const SPENT: ModelReply = {
  ...fails(429, 'rate_limit_error', 'You have reached your usage limit'),
  headers: { 'retry-after': '7200' },
};

/** A model that makes a file when it is told to begin, and rests after everything else. */
const works: ModelScript = ({ said, results }) =>
  results.length === 0 && said.includes('Make your file')
    ? uses('bash', { command: 'echo made > made.txt', description: 'make a file' })
    : says(`Done.\n\n${restsFor(5)}`);

describe('real opencode', { skip: skipWithout('opencode') }, () => {
  test('begins with its prompt, uses a tool, rests, takes a message, and comes back after a kill', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const { manifest, model } = makeRealAgent(real, 'builder', {
        ...{ cli: 'opencode', script: works },
        spec: { prompt: { inline: 'Make your file.' } },
      });
      await rig.apply(manifest);
      await rig.start();

      const resting = await isTold(rig, 'builder', 'WaitingDeclared');
      assert.match(JSON.stringify(resting), /"source":"(Signals|Both)"/);
      assert.ok(model.mains.some(({ results }) => results.length > 0));
      await takes(rig, 'builder', 'How is it going?');
      await isTold(rig, 'builder', 'WaitingDeclared');
      assert.ok(model.mains.at(-1)?.said.includes('How is it going?'));
      const asked = model.requests.length;
      await rig.quiet();
      assert.equal(model.requests.length, asked, 'looking at an agent costs no request');

      await diesAndComesBack(rig, 'builder');
      await rig.until('the model is told why', async () => /restarted/i.test(model.mains.at(-1)?.said ?? ''), 180_000);
      await isTold(rig, 'builder', 'WaitingDeclared');
    }));

  test('a permission is a dialog: a message waits until a person has answered', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const script: ModelScript = ({ results, number }) =>
        number === 1 && results.length === 0
          ? uses('bash', { command: 'ls /etc/hostname', description: 'look' })
          : says('I see.');
      const permission = JSON.stringify({ bash: 'ask' });
      const { manifest, model } = makeRealAgent(real, 'builder', {
        ...{ cli: 'opencode', script },
        backend: { permissions: 'Ask' },
        environment: { OPENCODE_PERMISSION: permission },
      });
      await rig.apply(manifest);
      await rig.start();

      const { dialog } = await isTold(rig, 'builder', 'AwaitingInput');
      assert.equal(dialog, 'Permission');
      await rig.ping('builder', 'ping, please proceed');
      await rig.passes(2500);
      await rig.quiet();
      assert.match(await screenOf(rig, 'builder'), /Permission required/);
      assert.equal(model.mains.length, 1, 'nothing was approved');

      await rig.tmux.run('send-keys', '-t', '=builder:', 'Enter');
      await rig.until('the message is read', async () => model.mains.at(-1)?.said.includes('please proceed'));
      assert.equal((await rig.status('Agent/builder'))['restarts'], undefined);
    }));

  test('a spent limit that it waits out by itself is told with its end, and it is left alone', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const { manifest, model } = makeRealAgent(real, 'builder', { cli: 'opencode', script: () => SPENT });
      await rig.apply(manifest);
      await rig.start();

      const { until } = await isTold(rig, 'builder', 'UsageLimited');
      assert.equal(typeof until, 'string');
      const before = await rig.alive('builder');
      await rig.passes(2500);
      await rig.quiet();
      assert.deepEqual(rig.agents.main('builder'), before);
      assert.equal(model.mains.length, 1);
    }));
});
