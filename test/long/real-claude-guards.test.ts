import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { skipWithout } from '../support/agent-clis.ts';
import { limitHeaders } from '../support/model-endpoint/limit-headers.ts';
import { fails, says, uses, type ModelScript } from '../support/model-endpoint/model-reply.ts';
import type { PipelineRig } from '../support/pipeline.ts';
import { makeRealAgent, restsFor, screenOf, withRealRig } from '../support/real-agents.ts';
import { concludes, toldState } from '../support/real-scene.ts';
import { createStage } from '../support/scenes/play-scene.ts';

const rests: ModelScript = () => says(`That is all.\n\n${restsFor(8)}`);

async function isTaken(rig: PipelineRig, text: string): Promise<boolean> {
  const deliveries = await rig.store.list('Delivery');
  return deliveries.some(
    (each) => 'status' in each && each.spec['text'] === text && each.status?.['takenAt'] !== undefined,
  );
}

describe('real claude that needs somebody', { concurrency: 2, skip: skipWithout('claude') }, () => {
  test('shows a dialog about a command: no message is typed into it, and it comes when the dialog is gone', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const forbidden = join(rig.folder, 'never-made');
      const script: ModelScript = ({ number }) =>
        number === 1 ? uses('Bash', { command: `touch ${forbidden}` }) : says(`Fine.\n\n${restsFor(8)}`);
      const made = makeRealAgent(real, 'builder', { script, backend: { permissions: 'Ask' } });
      await rig.apply(made.manifest);
      await rig.start();
      await concludes(rig, 'builder', 'AwaitingInput Permission');
      const stage = createStage(rig.tmux, '=builder:', made.model);
      // Each of these characters would be an answer to it.
      for (const text of ['1', '2', 'y', 'please go on']) await rig.ping('builder', text);
      await rig.passes(3000);
      await rig.quiet();
      assert.match(await stage.screen(), /Do you want to proceed\?/);
      assert.equal(existsSync(forbidden), false);
      assert.equal(await isTaken(rig, 'please go on'), false);
      const { message } = await rig.ready('Agent/builder', 'DialogOpen');
      assert.match(message, /Permission.*ccci attach builder/);
      await stage.keys('Escape');
      await rig.until('they are told', async () => made.model.mains.at(-1)?.said.includes('please go on'));
      assert.equal(existsSync(forbidden), false);
    }));

  test('stands at the dialogs of its first start, and those that its manifest answers are answered', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const answers = ['TrustFolder', 'BypassPermissions', 'ApiKey'].map((dialog) => ({ dialog, answer: 'Yes' }));
      const seeds = { trusted: false, bypassAccepted: false, keyApproved: false };
      const made = makeRealAgent(real, 'builder', { script: rests, seeds, spec: { startup: { answers } } });
      await rig.apply(made.manifest);
      await rig.start();
      await concludes(rig, 'builder', 'WaitingDeclared');
      assert.equal(made.model.mains.length, 1);
      assert.match(made.model.mains[0]?.said ?? '', /You are builder/);
    }));

  test('has a full context: it is compacted once, between turns', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const script: ModelScript = ({ said }) =>
        said.includes('summary') ? says('A summary of it all.') : says('Hello.', { usage: { input: 190_000 } });
      const backend = { args: ['--model', 'claude-haiku-4-5'] };
      const made = makeRealAgent(real, 'builder', { script, backend, spec: { context: { compactAt: 80 } } });
      await rig.apply(made.manifest);
      await rig.start();
      await rig.until('a first turn', async () => (await toldState(rig, 'builder')).name === 'ContextHigh');
      await rig.ping('builder', 'one more turn, so that there is something to shorten');
      await rig.until('a second turn', async () => made.model.mains.length >= 2);
      const before = await rig.alive('builder');
      await rig.until(
        'it is compacted',
        async () => /Compacted|Conversation compacted/i.test(await screenOf(rig, 'builder')),
        60_000,
      );
      await rig.quiet();
      await rig.passes(3000);
      const asked = made.model.mains.filter(({ said }) => said.includes('summary')).length;
      assert.equal(asked, 1, 'one request for the summary');
      assert.deepEqual(await rig.alive('builder'), before);
    }));

  test('shows a spinner over a stream that is dead: it is wedged, interrupted and told to go on', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const script: ModelScript = ({ number }) =>
        number === 1 ? { kind: 'Silence', text: '' } : says(`Back again.\n\n${restsFor(8)}`);
      const liveness = { wedgedAfter: '6s', stepTimeout: '4s' };
      const made = makeRealAgent(real, 'builder', { script, spec: { liveness } });
      await rig.apply(made.manifest);
      await rig.start();
      await rig.until('it is told as wedged', async () => (await toldState(rig, 'builder')).name === 'Wedged', 40_000);
      await rig.until('it goes on', async () => made.model.mains.length >= 2, 60_000);
      await concludes(rig, 'builder', 'WaitingDeclared');
    }));

  test('runs a tool for long without a word: that is no stall, and it is left alone', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const seconds = 200_000 + (process.pid % 10_000);
      const liveness = { wedgedAfter: '3s', stallAfter: '3s', stepTimeout: '2s' };
      const script = () => uses('Bash', { command: `sleep ${seconds}`, timeout: 600_000 });
      const made = makeRealAgent(real, 'builder', { script, spec: { liveness } });
      await rig.apply(made.manifest);
      await rig.start();
      await concludes(rig, 'builder', 'Busy');
      const before = await rig.alive('builder');
      await rig.passes(15_000);
      assert.equal((await toldState(rig, 'builder')).name, 'Busy');
      assert.deepEqual(await rig.alive('builder'), before);
      assert.match(await screenOf(rig, 'builder'), /Running/);
    }));

  test('is idle without a declared wait: it is nudged, and the nudge is taken', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const script: ModelScript = ({ number }) => (number === 1 ? says('What now?') : says(`I see.\n\n${restsFor(8)}`));
      const liveness = { stallAfter: '4s', stepTimeout: '10s' };
      const made = makeRealAgent(real, 'builder', { script, spec: { liveness } });
      await rig.apply(made.manifest);
      await rig.start();
      await rig.alive('builder');
      const before = await rig.alive('builder');
      await rig.until('it is nudged', async () => made.model.mains.length === 2, 40_000);
      await concludes(rig, 'builder', 'WaitingDeclared');
      await rig.until(
        'it is no stall any more',
        async () => (await rig.condition('Agent/builder', 'Stalled'))?.status === 'False',
      );
      assert.deepEqual(await rig.alive('builder'), before);
    }));

  test('has met an error of its provider: it is told to go on once, after a while', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const script: ModelScript = ({ number }) =>
        number <= 2 ? fails(529, 'overloaded_error', 'Overloaded') : says(`Back.\n\n${restsFor(8)}`);
      const environment = { CLAUDE_CODE_MAX_RETRIES: '1' };
      const made = makeRealAgent(real, 'builder', { script, environment });
      await rig.apply(made.manifest);
      await rig.start();
      await concludes(rig, 'builder', 'ApiError ServerError');
      const asked = made.model.mains.length;
      await rig.passes(5000);
      assert.equal(made.model.mains.length, asked, 'nobody is in a hurry');
      await rig.until('it goes on', async () => made.model.mains.length > asked, 60_000);
      await concludes(rig, 'builder', 'WaitingDeclared');
    }));

  test('is held by a usage limit: a message waits until the reset, and it goes on exactly once', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      // The program is told whole seconds.
      const resetsAtMs = Math.ceil(Date.now() / 1000) * 1000 + 25_000;
      const script: ModelScript = ({ said, number }) => {
        const isOver = Date.now() >= resetsAtMs;
        if (isOver || number === 1)
          return {
            ...says(`${said.length > 0 ? 'Yes' : 'No'}.\n\n${restsFor(8)}`),
            headers: limitHeaders({ status: 'allowed', resetsAtMs, fiveHourShare: 0.9 }),
          };
        return {
          ...fails(429, 'rate_limit_error', 'no more'),
          headers: limitHeaders({ status: 'rejected', resetsAtMs }),
        };
      };
      const spec = { usageLimit: { jitter: '0s' } };
      const made = makeRealAgent(real, 'builder', { script, credential: 'Subscription', spec });
      await rig.apply(made.manifest);
      await rig.start();
      await concludes(rig, 'builder', 'WaitingDeclared');
      await rig.ping('builder', 'this meets the limit');
      await rig.until('it is limited', async () => (await toldState(rig, 'builder')).name === 'UsageLimited');
      await rig.ping('builder', 'this waits');
      const asked = made.model.mains.length;
      await rig.passes(4000);
      assert.equal(made.model.mains.length, asked);
      assert.equal(await isTaken(rig, 'this waits'), false);
      await rig.until('it is told', async () => made.model.mains.at(-1)?.body.includes('this waits'), 60_000);
      assert.ok(Date.now() >= resetsAtMs, 'not before the reset');
      await concludes(rig, 'builder', 'WaitingDeclared');
      await rig.quiet();
      const said = made.model.mains.map((request) => request.said).join('\n');
      assert.equal(said.split('this waits').length - 1, 1, 'told once');
    }));

  test('is attached to by a person who types: nothing is typed over it', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      mkdirSync(join(rig.folder, 'work'), { recursive: true });
      const made = makeRealAgent(real, 'builder', { script: rests });
      await rig.apply(made.manifest);
      await rig.start();
      await concludes(rig, 'builder', 'WaitingDeclared');
      const stage = createStage(rig.tmux, '=builder:', made.model);
      await stage.paste('half a thou');
      await rig.ping('builder', 'a message of somebody else');
      await rig.passes(4000);
      assert.match(await stage.screen(), /❯\shalf a thou\s*\n/);
      assert.equal(made.model.mains.length, 1);
      await stage.paste('ght');
      await stage.keys('Enter');
      await rig.until('both are told', async () => {
        const said = made.model.mains.map((request) => request.said).join('\n');
        return said.includes('half a thought') && said.includes('a message of somebody else');
      });
      assert.doesNotMatch(made.model.mains.map(({ said }) => said).join('\n'), /half a thou\[ccci/);
    }));

  test('is charged once for a conversation that it leaves in order, takes up again, and clears', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const script: ModelScript = () => says(`That is all.\n\n${restsFor(8)}`, { usage: { input: 50_000 } });
      const spec = { budget: { usd: 1000, tokens: 1_000_000_000, per: '24h' } };
      const made = makeRealAgent(real, 'builder', { script, spec });
      const isCharged = (requests: number) =>
        rig.until(`it is charged for ${String(requests)} requests`, async () => {
          await rig.lookAtAll();
          const { spending } = (await rig.status('Agent/builder')) as { spending?: { usd: number; tokens: number } };
          const { usd = 0, tokens = 0 } = spending ?? {};
          const isExact = Math.round(tokens / 50_012) === requests && Math.round(usd / 0.25) === requests;
          return made.model.mains.length === requests && isExact;
        });
      await rig.apply(made.manifest);
      await rig.start();
      await isCharged(1);
      await concludes(rig, 'builder', 'WaitingDeclared');
      const stage = createStage(rig.tmux, '=builder:', made.model);
      process.kill(await stage.pid(), 'SIGTERM');
      await isCharged(2);
      await concludes(rig, 'builder', 'WaitingDeclared');
      await stage.paste('/clear');
      await stage.until(/❯\s\/clear/);
      await stage.keys('Enter');
      await rig.ping('builder', 'one more');
      await isCharged(3);
    }));
});
