import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import type { TestManifest } from '../support/pipeline.ts';
import { withRig, type PipelineRig } from '../support/pipeline.ts';

const PROGRAM = join(import.meta.dirname, '../fixtures/programs/held-agent.ts');
const LIMIT_MS = 60_000;
const RESUMED = /^took .*The usage limit was reset/;

describe('what holds an agent up, on real tmux', { concurrency: 2 }, () => {
  test('a start-up dialog is answered as the manifest says, and waits for a person where it says nothing', () =>
    withRig(async (rig) => {
      await rig.apply(
        await heldAgent(rig, 'trusted', { startup: { answers: [{ dialog: 'TrustFolder', answer: 'Yes' }] } }),
        await heldAgent(rig, 'asked', {}),
      );
      await rig.start();
      await rig.noted('trusted', /^took Begin\.$/, LIMIT_MS);
      const { message } = await rig.ready('Agent/asked', 'DialogOpen', LIMIT_MS);
      assert.match(message, /TrustFolder.*ccci attach asked/);
      await rig.quiet();
      assert.deepEqual(await rig.notes('asked'), [], 'no key was pressed in its dialog');
    }));

  test('agents of a limited account are left alone until the reset, then told once, their menus closed without a choice', () =>
    withRig(async (rig) => {
      const untilMs = Date.now() + 15_000;
      const held = { limitedUntilMs: untilMs, startup: { answers: [{ dialog: 'TrustFolder', answer: 'Yes' }] } };
      await rig.apply(await heldAgent(rig, 'one', held), await heldAgent(rig, 'two', held));
      await rig.start();
      await rig.ready('Account/team', 'UsageLimited', LIMIT_MS);
      for (const name of ['one', 'two']) await rig.ready(`Agent/${name}`, 'UsageLimited', LIMIT_MS);
      await rig.ping('one', 'hello');
      for (const name of ['one', 'two']) {
        await rig.noted(name, RESUMED, LIMIT_MS);
        await rig.noted(name, /^done$/, LIMIT_MS);
      }
      await rig.quiet();
      for (const name of ['one', 'two']) {
        const notes = await rig.notes(name);
        assert.equal(notes.filter((line) => RESUMED.test(line)).length, 1, 'it is told once');
        assert.equal(notes.filter((line) => line === 'refused').length, 1, 'nothing reached it while it was limited');
        assert.deepEqual(
          notes.filter((line) => line.startsWith('menu ')),
          ['menu -1'],
          'its menu was closed',
        );
      }
      assert.ok(
        (await rig.notes('one')).some((line) => line.includes('hello')),
        'what waited is told after the reset',
      );
    }));
});

async function heldAgent(
  rig: PipelineRig,
  name: string,
  { limitedUntilMs = 0, startup = {} }: { limitedUntilMs?: number; startup?: object },
): Promise<TestManifest> {
  const bin = join(rig.folder, 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, 'claude'), `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`);
  await chmod(join(bin, 'claude'), 0o700);
  return {
    kind: 'Agent',
    name,
    spec: {
      mode: 'Loop',
      workdir: join(rig.folder, 'work', name),
      backend: { type: 'claude', permissions: 'Bypass', account: 'team' },
      prompt: { inline: 'Begin.' },
      startup: { ...startup },
      usageLimit: { jitter: '1s' },
      env: [
        { name: 'PATH', value: `${bin}:${process.env['PATH'] ?? ''}` },
        { name: 'AGENT_NOTES', value: join(rig.folder, 'notes') },
        { name: 'AGENT_LIMITED_UNTIL', value: String(limitedUntilMs) },
      ],
    },
  };
}
