import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import type { TestManifest } from '../support/pipeline.ts';
import { withRig, type PipelineRig } from '../support/pipeline.ts';

const PROGRAM = join(import.meta.dirname, '../fixtures/programs/boxed-agent.ts');
const LIMIT_MS = 60_000;

type Row = {
  title: string;
  reason: string;
  habits: string;
  /** What shows that it was taken, and how often it was typed at least. */
  takenBy: 'Signals' | 'Screen' | 'Prompt';
  attempts?: number;
  isQueued?: boolean;
  /** How often the text was sent off, and how often the program began to work on it. */
  sent?: number;
  took?: number;
  before?: (rig: PipelineRig) => Promise<unknown>;
};

const rows: readonly Row[] = [
  { title: 'that does as it is told', reason: 'its own word counts', habits: '', takenBy: 'Signals' },
  { title: 'that has no hooks', reason: 'its screen counts', habits: 'mute=1', takenBy: 'Screen' },
  {
    title: 'that swallows the first Enters',
    reason: 'the text stands in its input and is submitted later',
    habits: 'swallowEnter=2',
    takenBy: 'Signals',
    attempts: 2,
  },
  {
    title: 'that shows text late',
    reason: 'Enter follows what is seen',
    habits: 'late=2500',
    takenBy: 'Signals',
  },
  {
    title: 'that empties its input without taking it',
    reason: 'its own word does not come, and the text is nowhere',
    habits: 'clear=1',
    takenBy: 'Signals',
    attempts: 2,
  },
  {
    title: 'that shows the text as sent and never takes it',
    reason: 'what may have been taken is not said twice',
    habits: 'echo=2',
    takenBy: 'Screen',
    took: 0,
  },
  {
    title: 'that opens a dialog between paste and Enter',
    reason: 'Enter would choose for a person',
    habits: 'dialog=2500',
    takenBy: 'Signals',
  },
  {
    title: 'that dies when it is typed into',
    reason: 'the start prompt of the next launch lists it',
    habits: 'crash=1',
    takenBy: 'Prompt',
    sent: 0,
  },
  {
    title: 'that is in mid-turn',
    reason: 'it is queued, and taken when the turn is over',
    habits: 'turn=3000',
    takenBy: 'Signals',
    isQueued: true,
  },
  {
    title: 'whose pane is in copy-mode',
    reason: 'keys would not reach it',
    habits: '',
    takenBy: 'Signals',
    before: (rig) => rig.tmux.run('copy-mode', '-t', '=builder:'),
  },
  {
    title: 'whose pane is narrow',
    reason: 'its terminal wraps the text',
    habits: '',
    takenBy: 'Signals',
    before: (rig) => rig.tmux.run('resize-window', '-t', '=builder:', '-x', '45', '-y', '30'),
  },
];

describe('a message reaches a program', { concurrency: 4 }, () => {
  for (const { title, reason, habits, takenBy, attempts = 1, sent = 1, took = 1, isQueued = false, before } of rows) {
    test(title, () =>
      withRig(async (rig) => {
        await rig.apply(await boxedAgent(rig, habits));
        await rig.start();
        await rig.alive('builder');
        if (!habits.startsWith('turn=')) await rig.settled('Agent/builder', LIMIT_MS);
        await rig.noted('builder', /^took .* Begin\.$/, LIMIT_MS);
        // Its own word counts from when it was first heard.
        if (habits !== 'mute=1') await rig.until('it is heard', async () => isHeard(await rig.status('Agent/builder')));
        await before?.(rig);
        await rig.ping('builder', 'Look at the gate.');
        const status = await rig.until('it is taken', async () => taken(rig), LIMIT_MS);
        await rig.until('it says so', async () => isTold((await taken(rig))?.['conditions']), 10_000);
        await rig.quiet();
        assert.equal(status['takenBy'], takenBy, reason);
        assert.ok(Number(status['attempts']) >= attempts, reason);
        if (isQueued) assert.ok(status['queuedAt'] !== undefined, 'it was never queued');
        const notes = await rig.notes('builder');
        const own = notes.filter((line) => line.includes('Look at the gate.') && !line.includes('Begin.'));
        assert.equal(own.filter((line) => line.startsWith('sent ')).length, sent, reason);
        assert.equal(own.filter((line) => line.startsWith('took ')).length, takenBy === 'Prompt' ? 0 : took, reason);
        assert.deepEqual(
          notes.filter((line) => line === 'APPROVED'),
          [],
          'a dialog was answered',
        );
      }),
    );
  }
});

async function taken(rig: PipelineRig): Promise<Record<string, unknown> | undefined> {
  const [delivery] = await rig.store.list('Delivery');
  const status = delivery !== undefined && 'status' in delivery ? delivery.status : undefined;
  return status?.['takenAt'] === undefined ? undefined : { ...status };
}

// As `ccci wait --for condition=Taken` asks.
function isTold(conditions: unknown): true | undefined {
  const all = conditions as readonly { type: string; status: string }[];
  return all.some(({ type, status }) => type === 'Taken' && status === 'True') || undefined;
}

async function boxedAgent(rig: PipelineRig, habits: string): Promise<TestManifest> {
  const bin = join(rig.folder, 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, 'claude'), `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`);
  await chmod(join(bin, 'claude'), 0o700);
  return {
    kind: 'Agent',
    name: 'builder',
    spec: {
      mode: 'Loop',
      workdir: join(rig.folder, 'work', 'builder'),
      backend: { type: 'claude', permissions: 'Bypass' },
      prompt: { inline: 'Begin.' },
      env: [
        { name: 'PATH', value: `${bin}:${process.env['PATH'] ?? ''}` },
        { name: 'AGENT_NOTES', value: join(rig.folder, 'notes') },
        { name: 'AGENT_HABITS', value: habits },
      ],
      restart: { backoff: { initial: '1s', max: '2s' }, budget: { restarts: 100, per: '1h' } },
    },
  };
}

function isHeard({ state }: Record<string, unknown>): boolean {
  return (state as { isHeard?: boolean } | undefined)?.isHeard === true;
}
