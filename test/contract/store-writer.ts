import { writeSync } from 'node:fs';
import { createFileStore } from '#store/file-store.ts';
import { ConflictError, isUnreadable } from '#store/store.ts';
import type { Store, StoredEvent } from '#store/store.ts';
import { agent } from './store-contract-row.ts';

/** This file, to be run as a program: `store-writer.ts story|increment|loop STATE [number]`. */
export const STORE_WRITER = import.meta.filename;

/** One step of the story. */
export type StoryWrite = (store: Store) => Promise<unknown>;

/** A sequence of writes of every sort, each depending on the one before. */
export const STORY: readonly StoryWrite[] = [
  (store) => store.writeSpec({ ...agent('a', { n: 1 }), finalizers: ['x'], texts: { 'spec.prompt.file': 'one' } }),
  (store) => store.writeStatus('Agent/a', { seen: 1 }, '0'),
  async (store) => store.writeSpec({ ...agent('a', { n: 2 }, (await versions(store)).spec), labels: { l: '1' } }),
  (store) => store.writeOperator('Agent/a', { suspend: { by: 'ana' } }, '0'),
  async (store) => store.writeStatus('Agent/a', { seen: 2 }, (await versions(store)).status),
  (store) => store.addEvents([event('1'), event('2')]),
  (store) => store.requestDelete('Agent/a'),
  (store) => store.addEvents([event('2'), event('3')]),
  (store) => store.removeFinalizer('Agent/a', 'x'),
  (store) => store.writeSpec(agent('a', { n: 3 })),
];

/** What is there, without what differs from run to run: uids, versions and times. */
export async function readStory(store: Store): Promise<unknown> {
  const objects = (await store.list()).map((object) => {
    if (isUnreadable(object)) return object;
    const { spec, status, operator, texts, metadata } = object;
    const { generation, labels, finalizers, deletionTimestamp } = metadata;
    return { spec, status, operator, texts, generation, labels, finalizers, deleted: deletionTimestamp !== undefined };
  });
  return { objects, events: (await store.events()).map(({ id }) => id) };
}

/** Adds one to the status of `Agent/a`, again after every conflict. */
export async function increment(store: Store): Promise<number> {
  for (;;) {
    const found = await store.get('Agent/a');
    if (found === undefined || isUnreadable(found)) throw new Error('Agent/a must be readable');
    const n = Number(found.status?.['n'] ?? 0) + 1;
    try {
      await store.writeStatus('Agent/a', { n, padding: 'x'.repeat(n % 1_000) }, found.versions.status);
      return n;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

async function versions(store: Store): Promise<{ spec: string; status: string }> {
  const found = await store.get('Agent/a');
  if (found === undefined || isUnreadable(found)) throw new Error('Agent/a must be readable');
  return found.versions;
}

function event(id: string): StoredEvent {
  return {
    id,
    about: 'Agent/a',
    type: 'Normal',
    reason: 'Told',
    message: id,
    at: '2026-03-01T10:00:00.000Z',
    count: 1,
  };
}

/** Plays the story and ends the process without warning before the given step of writing; says which writes were acknowledged. */
async function playStory(state: string, lastStep: number): Promise<void> {
  let step = 0;
  const store = createFileStore(state, {
    onStep: () => {
      step += 1;
      if (step > lastStep) process.kill(process.pid, 'SIGKILL');
    },
  });
  for (const [index, write] of STORY.entries()) {
    await write(store);
    writeSync(1, `${index + 1}\n`);
  }
}

async function main([mode, state = '', count = '0']: readonly string[]): Promise<void> {
  if (mode === 'story') return playStory(state, Number(count));
  const store = createFileStore(state);
  for (let done = 0; mode === 'loop' || done < Number(count); done += 1) writeSync(1, `${await increment(store)}\n`);
}

if (process.argv[1] === import.meta.filename) await main(process.argv.slice(2));
