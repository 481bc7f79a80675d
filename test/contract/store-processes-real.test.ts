import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, describe, it } from 'node:test';
import { createFileStore } from '#store/file-store.ts';
import { isUnreadable } from '#store/store.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { agent } from './store-contract-row.ts';
import { increment, readStory, STORE_WRITER, STORY } from './store-writer.ts';

const folder = await mkdtemp(join(tmpdir(), 'ccci-test-store-'));
const children = new Set<ChildProcess>();

after(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

describe('several processes write to one state directory', () => {
  it('no update is lost, and every writer gets its turn', async () => {
    const state = join(folder, 'shared');
    const store = createFileStore(state);
    await store.writeSpec(agent('a', {}));
    const writers = [0, 1, 2].map(() => start('increment', state, 30));
    for (let done = 0; done < 30; done += 1) await increment(store);
    const results = await Promise.all(writers.map(({ ended }) => ended));
    assert.deepEqual(
      results.map(({ code }) => code),
      [0, 0, 0],
    );
    const found = await store.get('Agent/a');
    assert.ok(found !== undefined && !isUnreadable(found));
    assert.equal(found.status?.['n'], 120);
    await store.close();
  });
});

describe('a writer that is killed leaves the old record or the new one', () => {
  it('at every step of every write of a whole story', async () => {
    const states = await storyStates();
    let ended = false;
    for (let lastStep = 0; !ended; lastStep += 4) {
      const steps = [0, 1, 2, 3].map((ahead) => killAt(lastStep + ahead, states));
      ended = (await Promise.all(steps)).some(({ finished }) => finished);
    }
  });

  it('at moments that nobody chose, and the next writer goes on at once', async () => {
    const state = join(folder, 'random');
    const store = createFileStore(state);
    await store.writeSpec(agent('a', {}));
    for (let round = 0; round < 12; round += 1) {
      const { child, ended } = start('loop', state);
      await once(child.stdout ?? child, 'readable');
      setTimeout(() => child.kill('SIGKILL'), (round * 7) % 40);
      const acknowledged = Number((await ended).output.trim().split('\n').at(-1));
      const found = await store.get('Agent/a');
      assert.ok(found !== undefined && !isUnreadable(found), 'the record is readable');
      const n = Number(found.status?.['n']);
      assert.ok(n === acknowledged || n === acknowledged + 1, `${acknowledged} was acknowledged, ${n} is there`);
      await increment(store);
    }
    await store.close();
  });
});

/** What is there before the story and after each of its writes. */
async function storyStates(): Promise<readonly unknown[]> {
  const store = new MemoryStore();
  const states = [await readStory(store)];
  for (const write of STORY) {
    await write(store);
    states.push(await readStory(store));
  }
  return states;
}

async function killAt(lastStep: number, states: readonly unknown[]): Promise<{ finished: boolean }> {
  const state = join(folder, `story-${lastStep}`);
  const { output } = await start('story', state, lastStep).ended;
  const acknowledged = output === '' ? 0 : Number(output.trim().split('\n').at(-1));
  const store = createFileStore(state);
  const found = await readStory(store);
  const allowed = [states[acknowledged], states[acknowledged + 1]];
  const message = `killed before step ${lastStep + 1}, ${acknowledged} writes acknowledged`;
  if (!allowed.some((each) => isSame(each, found))) assert.deepEqual(found, states[acknowledged], message);
  await writeOn(store);
  await store.close();
  await rm(state, { recursive: true, force: true });
  return { finished: acknowledged === STORY.length };
}

/** The lock is free, and versions go on: an object can be made, changed and removed. */
async function writeOn(store: ReturnType<typeof createFileStore>): Promise<void> {
  const made = await store.writeSpec(agent('next', { n: 1 }));
  await store.writeStatus('Agent/next', { seen: true }, made.versions.status);
  await store.requestDelete('Agent/next');
  assert.equal(await store.get('Agent/next'), undefined);
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function start(mode: string, state: string, count = 0) {
  const child = spawn(process.execPath, [STORE_WRITER, mode, state, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
  });
  children.add(child);
  const output = text(child.stdout);
  const ended = once(child, 'close').then(async ([code]) => {
    children.delete(child);
    return { code: code as number | null, output: await output };
  });
  return { child, ended };
}
