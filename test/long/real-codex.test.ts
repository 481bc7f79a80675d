import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { skipWithout } from '../support/agent-clis.ts';
import {
  fails,
  inOrder,
  says,
  uses,
  type ModelReply,
  type ModelScript,
} from '../support/model-endpoint/model-reply.ts';
import { diesAndComesBack, isTold, takes } from '../support/real-life.ts';
import { makeRealAgent, restsFor, screenOf, withRealRig } from '../support/real-agents.ts';

const CLAIM = 'git commit --quiet --allow-empty -m "claim(login): it works" && git push --quiet origin HEAD:main';
/** A spent window of an account, as the provider tells it in headers. */
const LIMIT: ModelReply = {
  ...fails(429, 'usage_limit_reached', 'The usage limit has been reached'),
  headers: {
    'x-codex-primary-used-percent': '100',
    'x-codex-primary-window-minutes': '300',
    'x-codex-primary-reset-at': String(Math.round(Date.now() / 1000) + 3600),
  },
};

/** A model that pushes a claim when it is told to begin, and rests after everything else. */
const works: ModelScript = ({ said, results }) =>
  results.length === 0 && said.includes('Push your claim')
    ? uses('exec_command', { cmd: CLAIM })
    : says(`Done.\n\n${restsFor(5)}`);

describe('real codex', { concurrency: 2, skip: skipWithout('codex') }, () => {
  test('begins with its prompt, uses a tool, rests, takes a message, and comes back after a kill', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const bare = await rig.git.bare('code.git');
      await rig.git.commitTo(bare, { subject: 'begin' });
      const { manifest, model, home } = makeRealAgent(real, 'builder', {
        ...{ cli: 'codex', script: works },
        spec: { repositoryRef: { name: 'code' }, prompt: { inline: 'You are the builder. Push your claim.' } },
      });
      const spec = { url: bare, branch: 'main', interval: '1s' };
      await rig.apply({ kind: 'Repository', name: 'code', spec }, manifest);
      await rig.start();

      const resting = await isTold(rig, 'builder', 'WaitingDeclared');
      assert.equal(await rig.git.git(bare, 'log', '-1', '--format=%an: %s', 'main'), 'builder: claim(login): it works');
      assert.match(JSON.stringify(resting), /"source":"(Signals|Both)"/);
      assert.doesNotMatch(await readFile(join(home.folder, '.codex/config.toml'), 'utf8'), /hooks/);
      await takes(rig, 'builder', 'How is it going?');
      assert.ok(model.mains.at(-1)?.said.includes('How is it going?'));
      await isTold(rig, 'builder', 'WaitingDeclared');
      const asked = model.mains.length;
      await rig.quiet();
      assert.equal(model.mains.length, asked, 'looking at an agent costs no request');

      await diesAndComesBack(rig, 'builder');
      await rig.until('the model is told why', async () => /restarted/i.test(model.mains.at(-1)?.said ?? ''));
      await isTold(rig, 'builder', 'WaitingDeclared');
    }));

  test('a usage limit with its offer to switch models is waited for, and nothing is typed', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const { manifest, model } = makeRealAgent(real, 'builder', {
        ...{ cli: 'codex', script: inOrder(LIMIT) },
      });
      await rig.apply(manifest);
      await rig.start();

      const { evidence, until } = await isTold(rig, 'builder', 'UsageLimited');
      assert.match(evidence ?? '', /usage_limit_exceeded|usage limit/);
      assert.equal(typeof until, 'string', 'the end of the window is known');
      const before = await rig.alive('builder');
      await rig.until('the offer shows', async () => /Keep current model/.test(await screenOf(rig, 'builder')));
      const screen = await screenOf(rig, 'builder');
      const asked = model.mains.length;
      await rig.ping('builder', 'Are you there?');
      await rig.passes(2500);
      await rig.quiet();
      assert.deepEqual(rig.agents.main('builder'), before);
      assert.equal(await screenOf(rig, 'builder'), screen);
      assert.equal(model.mains.length, asked);
    }));

  test('an approval is a dialog in which every letter is a key: a message waits until a person has answered', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const command = { cmd: 'touch /etc/never-made', sandbox_permissions: 'require_escalated', justification: 'x' };
      const script: ModelScript = ({ results, number }) =>
        number === 1 && results.length === 0 ? uses('exec_command', command) : says('Then not.');
      const { manifest, model } = makeRealAgent(real, 'builder', {
        ...{ cli: 'codex', script },
        backend: { permissions: 'Ask' },
      });
      await rig.apply(manifest);
      await rig.start();

      const { dialog } = await isTold(rig, 'builder', 'AwaitingInput');
      assert.equal(dialog, 'Permission');
      await rig.ping('builder', 'ping, please proceed');
      await rig.passes(2500);
      await rig.quiet();
      assert.match(await screenOf(rig, 'builder'), /Would you like to run the following command\?/);
      assert.equal(model.mains.length, 1, 'nothing was approved');

      await rig.tmux.run('send-keys', '-t', '=builder:', 'Escape');
      await rig.until('the message is read', async () => model.mains.at(-1)?.said.includes('please proceed'));
      assert.equal((await rig.status('Agent/builder'))['restarts'], undefined);
    }));
});
