import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { skipWithout } from '../support/agent-clis.ts';
import { fails, says, uses, type ModelScript } from '../support/model-endpoint/model-reply.ts';
import { diesAndComesBack, isTold, takes } from '../support/real-life.ts';
import { makeRealAgent, restsFor, screenOf, withRealRig } from '../support/real-agents.ts';

/** A model that makes a file when it is told to begin, and rests after everything else. */
const works: ModelScript = ({ said, results }) =>
  results.length === 0 && said.includes('Make your file')
    ? uses('run_shell_command', { command: 'echo made > made.txt', description: 'make a file' })
    : says(`Done.\n\n${restsFor(5)}`);

describe('real gemini', { skip: skipWithout('gemini') }, () => {
  test('begins with its prompt, uses a tool, rests, takes a message, and comes back after a kill', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const { manifest, model } = makeRealAgent(real, 'builder', {
        ...{ cli: 'gemini', script: works },
        spec: { prompt: { inline: 'Make your file.' } },
      });
      await rig.apply(manifest);
      await rig.start();

      await isTold(rig, 'builder', 'WaitingDeclared');
      assert.ok(model.mains.some(({ results }) => results.length > 0));
      await takes(rig, 'builder', 'How is it going?');
      await rig.until('the model has read it', async () => model.mains.at(-1)?.said.includes('How is it going?'));
      await isTold(rig, 'builder', 'WaitingDeclared');
      const asked = model.mains.length;
      await rig.quiet();
      assert.equal(model.mains.length, asked, 'looking at an agent costs no request');

      await diesAndComesBack(rig, 'builder');
      await rig.until('the model is told why', async () => /restarted/i.test(model.mains.at(-1)?.said ?? ''), 180_000);
      await isTold(rig, 'builder', 'WaitingDeclared');
    }));

  test('trusting the folder is answered where the manifest says so, and waits for a person where not', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const more = {
        cli: 'gemini',
        script: works,
        seeds: { trusted: false },
        backend: { permissions: 'Ask' },
      } as const;
      const answered = { startup: { answers: [{ dialog: 'TrustFolder', answer: 'Yes' }] } };
      const builder = makeRealAgent(real, 'builder', { ...more, spec: { prompt: { inline: 'Begin.' }, ...answered } });
      const helper = makeRealAgent(real, 'helper', more);
      await rig.apply(builder.manifest, helper.manifest);
      await rig.start();

      const { dialog } = await isTold(rig, 'helper', 'AwaitingInput');
      assert.equal(dialog, 'TrustFolder');
      await isTold(rig, 'builder', 'WaitingDeclared');
      assert.match(await screenOf(rig, 'helper'), /Do you trust the files in this folder\?/);
    }));

  test('a wrong key is a matter for a person: told, and left alone', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const script: ModelScript = () =>
        fails(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.');
      const { manifest } = makeRealAgent(real, 'builder', { cli: 'gemini', script });
      await rig.apply(manifest);
      await rig.start();

      const { evidence } = await isTold(rig, 'builder', 'AuthRequired');
      assert.match(evidence ?? '', /API key not valid/);
      const before = await rig.alive('builder');
      await rig.passes(2500);
      await rig.quiet();
      assert.deepEqual(rig.agents.main('builder'), before);
    }));

  test('the menu at a usage limit is left by its last option when it may go on, and it is told to', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      let isSpent = true;
      const script: ModelScript = () =>
        isSpent
          ? fails(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded for requests, limit: 0')
          : says(`Done.\n\n${restsFor(5)}`);
      const { manifest, model } = makeRealAgent(real, 'builder', {
        ...{ cli: 'gemini', script },
        backend: { model: 'gemini-2.5-pro' },
      });
      await rig.apply(manifest);
      await rig.start();

      const { dialog } = await isTold(rig, 'builder', 'UsageLimited');
      assert.equal(dialog, 'UsageLimitOptions');
      const asked = model.mains.length;
      await rig.passes(2500);
      assert.match(await screenOf(rig, 'builder'), /● 1\. Keep trying/, 'it is left alone until then');
      assert.equal(model.mains.length, asked);
      isSpent = false;
      await rig.order('Agent/builder', { resume: { by: 'ana', id: 'r1', at: new Date().toISOString() } });
      await isTold(rig, 'builder', 'WaitingDeclared');
      assert.equal(model.mains.length, asked + 1, 'one request was enough');
    }));
});
