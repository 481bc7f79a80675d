import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createFileStore } from '#store/file-store.ts';
import { StorageError } from '#store/store.ts';
import type { Store } from '#store/store.ts';
import { MemoryStore } from '../../fakes/memory-store.ts';
import { readStory, STORY } from '../../contract/store-writer.ts';

const folder = await mkdtemp(join(tmpdir(), 'ccci-test-store-'));

after(() => rm(folder, { recursive: true, force: true }));

/** The disk is what takes time: several stories are played beside each other. */
const AT_ONCE = 8;

type Step = { readonly write: number; readonly step: string; readonly file: string };

describe('a disk that fails', () => {
  const rows = [
    { code: 'ENOSPC', advice: /the disk is full; free some space; nothing was lost$/, everyStep: 1 },
    { code: 'EROFS', advice: /the file system is read-only/, everyStep: 10 },
    { code: 'EACCES', advice: /permission is denied/, everyStep: 10 },
    { code: 'EIO', advice: /the disk reports an error/, everyStep: 10 },
  ];
  for (const { code, advice, everyStep } of rows) {
    it(`with ${code} at ${everyStep === 1 ? 'any' : 'some'} step of any write says StorageUnavailable, loses nothing, and the write can be repeated`, async () => {
      const states = await storyStates();
      const all = (await listSteps()).map((step, index) => ({ index, step, code, advice, states }));
      const failures = all.filter(({ index }) => index % everyStep === 0);
      for (let from = 0; from < failures.length; from += AT_ONCE) {
        await Promise.all(failures.slice(from, from + AT_ONCE).map(failAt));
      }
    });
  }
});

type Failure = {
  readonly index: number;
  readonly step: Step;
  readonly code: string;
  readonly advice: RegExp;
  readonly states: readonly unknown[];
};

/** Plays the story with one failing step, and repeats the write that failed. */
async function failAt({ index, step, code, advice, states }: Failure): Promise<void> {
  const state = join(folder, `${code}-${index}`);
  let count = 0;
  const store = createFileStore(state, {
    onStep: (_step, path) => {
      if (count++ === index) throw Object.assign(new Error(`${code}: injected`), { code, errno: -1, path });
    },
  });
  const where = `${code} at "${step.step}" of ${step.file} in write ${step.write + 1}`;
  for (const [written, write] of STORY.entries()) {
    const error: unknown = await write(store).then(nothing, (reason: unknown) => reason);
    if (error === undefined) continue;
    assert.ok(error instanceof StorageError, `${where}: ${String(error)}`);
    assert.equal(error.reason, 'StorageUnavailable', where);
    assert.match(error.message, advice, where);
    const found = JSON.stringify(await readStory(store));
    const old = JSON.stringify(states[written]);
    assert.ok(found === old || found === JSON.stringify(states[written + 1]), `${where} left ${found}`);
    if (found === old) await write(store);
  }
  assert.deepEqual(await readStory(store), states.at(-1), where);
  await store.close();
  await rm(state, { recursive: true, force: true });
}

async function listSteps(): Promise<readonly Step[]> {
  const steps: Step[] = [];
  let write = 0;
  const store = createFileStore(join(folder, 'steps'), {
    onStep: (step, path) => steps.push({ write, step, file: basename(path) }),
  });
  for (write = 0; write < STORY.length; write += 1) await STORY[write]?.(store);
  await store.close();
  await rm(join(folder, 'steps'), { recursive: true, force: true });
  return steps;
}

async function storyStates(): Promise<readonly unknown[]> {
  const store: Store = new MemoryStore();
  const states = [await readStory(store)];
  for (const write of STORY) {
    await write(store);
    states.push(await readStory(store));
  }
  return states;
}

function nothing(): undefined {
  return undefined;
}
