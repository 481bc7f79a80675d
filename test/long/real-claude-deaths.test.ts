import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import { binFolderOf, skipWithout } from '../support/agent-clis.ts';
import { says, uses, type ModelScript } from '../support/model-endpoint/model-reply.ts';
import type { PipelineRig } from '../support/pipeline.ts';
import { makeRealAgent, restsFor, withRealRig, type MadeAgent, type RealRig } from '../support/real-agents.ts';
import { concludes } from '../support/real-scene.ts';
import { createStage } from '../support/scenes/play-scene.ts';
import type { Stage } from '../support/scenes/scene.ts';

const rests: ModelScript = () => says(`That is all.\n\n${restsFor(8)}`);

type LastExit = { readonly status?: number; readonly signal?: number; readonly screen?: string };

/** An end of the program while it rests, and what the kernel says about it. */
const ENDS: readonly { name: string; end(stage: Stage): Promise<unknown>; exit: LastExit }[] = [
  {
    name: '/exit, by status 0',
    exit: { status: 0 },
    end: async (stage) => {
      await stage.paste('/exit');
      await stage.until(/❯\s\/exit/);
      await stage.keys('Enter');
    },
  },
  { name: 'Ctrl-C twice, by status 0', exit: { status: 0 }, end: (stage) => stage.keys('C-c', 'C-c') },
  { name: 'SIGTERM, by status 143', exit: { status: 143 }, end: (stage) => kill(stage, 'SIGTERM') },
  { name: 'SIGHUP, by status 129', exit: { status: 129 }, end: (stage) => kill(stage, 'SIGHUP') },
  { name: 'SIGKILL, by signal 9', exit: { signal: 9 }, end: (stage) => kill(stage, 'SIGKILL') },
];

async function kill(stage: Stage, signal: NodeJS.Signals): Promise<void> {
  process.kill(await stage.pid(), signal);
}

async function startResting(real: RealRig, made: MadeAgent): Promise<Stage> {
  await real.rig.apply(made.manifest);
  await real.rig.start();
  await concludes(real.rig, 'builder', 'WaitingDeclared');
  return createStage(real.rig.tmux, '=builder:', made.model);
}

async function anotherThan(rig: PipelineRig, incarnation: string): Promise<void> {
  await rig.until('another life of it', async () => {
    const next = rig.agents.main('builder');
    return next !== undefined && next.incarnation !== incarnation;
  });
}

function commandLines(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    });
}

describe('real claude that ends', { concurrency: 2, skip: skipWithout('claude') }, () => {
  for (const { name, end, exit } of ENDS)
    test(`by ${name} comes back with its conversation, and is told why`, () =>
      withRealRig(async (real) => {
        const { rig } = real;
        const made = makeRealAgent(real, 'builder', { script: rests });
        const stage = await startResting(real, made);
        const first = await rig.alive('builder');
        await end(stage);
        await anotherThan(rig, first.incarnation);
        await rig.until('it is told', async () => /You were restarted/.test(made.model.mains.at(-1)?.said ?? ''));
        await concludes(rig, 'builder', 'WaitingDeclared');
        const { lastExit } = (await rig.status('Agent/builder')) as { lastExit?: LastExit };
        const { status, signal } = lastExit ?? {};
        assert.deepEqual({ status, signal }, { status: undefined, signal: undefined, ...exit });
        assert.match(lastExit?.screen ?? '', /That is all/, 'the last screen is kept');
        assert.match(made.model.mains.at(-1)?.body ?? '', /That is all/, 'it goes on with its own conversation');
      }));

  test('many times in a row is missed not once, although tmux loses one status or another', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const spec = { restart: { backoff: { initial: '1s', max: '1s' }, budget: { restarts: 100, per: '1h' } } };
      const made = makeRealAgent(real, 'builder', { script: rests, spec });
      const stage = await startResting(real, made);
      for (let death = 0; death < 6; death += 1) {
        const { incarnation } = await rig.alive('builder');
        await kill(stage, 'SIGKILL');
        await anotherThan(rig, incarnation);
        await rig.until('it is at work', async () => made.model.mains.length > death + 1);
      }
    }));

  test('in the middle of a tool leaves no process of that tool behind, and two of it never live', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const seconds = 100_000 + (process.pid % 10_000);
      const script: ModelScript = ({ number }) =>
        number === 1 ? uses('Bash', { command: `sleep ${seconds}` }) : says(`Again.\n\n${restsFor(8)}`);
      const made = makeRealAgent(real, 'builder', { script });
      await rig.apply(made.manifest);
      await rig.start();
      const isSleeping = () => commandLines().some((line) => line === `sleep ${seconds} `);
      await rig.until('its tool runs', async () => isSleeping());
      const { pid, incarnation } = await rig.alive('builder');
      process.kill(pid, 'SIGKILL');
      await anotherThan(rig, incarnation);
      assert.equal(isSleeping(), false);
      await concludes(rig, 'builder', 'WaitingDeclared');
    }));

  test(
    'because it refuses to run as root is not started again and again',
    { skip: process.getuid?.() === 0 ? false : 'it refuses root only' },
    () =>
      withRealRig(async (real) => {
        const { rig } = real;
        const backend = { permissions: 'Ask', args: ['--dangerously-skip-permissions'] };
        const { manifest, model } = makeRealAgent(real, 'builder', { script: rests, backend });
        await rig.apply(manifest);
        await rig.start();
        const stalled = await rig.until('it is given up', async () => {
          const found = await rig.condition('Agent/builder', 'Stalled');
          return found?.status === 'True' && found;
        });
        assert.match(stalled.message, /root|refus/i);
        const { restarts } = await rig.status('Agent/builder');
        await rig.passes(4000);
        await rig.quiet();
        assert.deepEqual((await rig.status('Agent/builder'))['restarts'], restarts);
        assert.equal(model.mains.length, 0);
        assert.deepEqual(rig.agents.all(), []);
      }),
  );

  test('because its argument is wrong is not started again and again', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const { manifest } = makeRealAgent(real, 'builder', { script: rests, backend: { args: ['--no-such-option'] } });
      await rig.apply(manifest);
      await rig.start();
      await rig.until(
        'it is given up',
        async () => (await rig.condition('Agent/builder', 'Stalled'))?.status === 'True',
      );
      const { restarts } = await rig.status('Agent/builder');
      await rig.passes(4000);
      await rig.quiet();
      assert.deepEqual((await rig.status('Agent/builder'))['restarts'], restarts);
      await rig.apply({ ...manifest, spec: { ...manifest.spec, backend: { type: 'claude', permissions: 'Bypass' } } });
      await concludes(rig, 'builder', 'WaitingDeclared');
    }));

  test('is found on the PATH of its agent, not on the one of whoever talked to tmux first', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const made = makeRealAgent(real, 'builder', { script: rests });
      await rig.tmux.run('new-session', '-d', '-s', 'other', '/usr/bin/env', 'PATH=/usr/bin:/bin', '/bin/sleep', '900');
      await rig.tmux.run('set-environment', '-g', 'PATH', '/usr/bin:/bin');
      assert.match(JSON.stringify(made.manifest.spec['env']), new RegExp(binFolderOf('claude')));
      const stage = await startResting(real, made);
      const { incarnation } = await rig.alive('builder');
      await kill(stage, 'SIGKILL');
      await anotherThan(rig, incarnation);
      await concludes(rig, 'builder', 'WaitingDeclared');
    }));

  test('whose conversation somebody else has open does not become its second writer', () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const made = makeRealAgent(real, 'builder', { script: rests });
      await startResting(real, made);
      const { state } = (await rig.status('Agent/builder')) as { state?: { name?: string } };
      assert.equal(state?.name, 'WaitingDeclared');
      const { conversation } = (await rig.status('Agent/builder')) as { conversation?: { id?: string } };
      const id = conversation?.id ?? '';
      assert.match(id, /^[0-9a-f-]{36}$/);
      await rig.order('Agent/builder', { suspend: { by: 'test', at: new Date().toISOString() } });
      const first = await rig.alive('builder');
      process.kill(first.pid, 'SIGKILL');
      await rig.until('it is gone', async () => rig.agents.all().length === 0);
      const env = Object.entries(made.home.environment).map(([name, value]) => `${name}=${value}`);
      const other = ['-c', made.workdir, '/usr/bin/env', ...env, 'IS_SANDBOX=1'];
      await rig.tmux.run(
        'new-session',
        '-d',
        '-s',
        'person',
        ...other,
        'claude',
        '--resume',
        id,
        '--',
        'I go on here.',
      );
      await createStage(rig.tmux, '=person:', made.model).until(/I go on here[^]*That is all[^]*✻/);
      await rig.order('Agent/builder', { suspend: undefined as never });
      await rig.until('it runs again', async () => rig.agents.main('builder') !== undefined);
      await rig.until('it is told', async () => /You were restarted/.test(made.model.mains.at(-1)?.said ?? ''));
      assert.doesNotMatch(
        made.model.mains.at(-1)?.body ?? '',
        /I go on here/,
        'it has begun a conversation of its own',
      );
    }));
});
