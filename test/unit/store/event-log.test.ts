import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createFileStore } from '#store/file-store.ts';
import type { StoredEvent } from '#store/store.ts';

const folder = await mkdtemp(join(tmpdir(), 'ccci-test-events-'));

after(() => rm(folder, { recursive: true, force: true }));

describe('events in files', () => {
  it('a line that a crash tore is passed over, and the next event gets a line of its own', async () => {
    const store = createFileStore(join(folder, 'torn'));
    await store.addEvents([event('1')]);
    const path = join(folder, 'torn', 'events', 'current.jsonl');
    await appendFile(path, '{"id":"2","about":"Agent/bui');
    assert.deepEqual((await store.events()).map(idOf), ['1']);
    await store.addEvents([event('3')]);
    assert.deepEqual((await store.events()).map(idOf), ['1', '3']);
    assert.equal((await readFile(path, 'utf8')).split('\n').length, 4);
    await store.close();
  });

  it('lines that are no events do no harm', async () => {
    const store = createFileStore(join(folder, 'strange'));
    await store.addEvents([event('1')]);
    const path = join(folder, 'strange', 'events', 'current.jsonl');
    await writeFile(path, `null\n7\n[]\n{}\nnot json\n\0\0\n${await readFile(path, 'utf8')}`);
    assert.deepEqual((await store.events()).map(idOf), ['1']);
    await store.close();
  });

  it('two stores on one folder see and keep each other’s events', async () => {
    const [a, b] = [createFileStore(join(folder, 'two')), createFileStore(join(folder, 'two'))];
    for (let n = 0; n < 5; n += 1)
      await Promise.all([a.addEvents([event(`a${n}`), event('same')]), b.addEvents([event(`b${n}`)])]);
    const ids = (await a.events()).map(idOf);
    assert.deepEqual([...ids].sort(), ['a0', 'a1', 'a2', 'a3', 'a4', 'b0', 'b1', 'b2', 'b3', 'b4', 'same']);
    assert.deepEqual((await b.events()).map(idOf), ids);
    await Promise.all([a.close(), b.close()]);
  });
});

function event(id: string): StoredEvent {
  return {
    id,
    about: 'Agent/builder',
    type: 'Warning',
    reason: 'Died',
    message: `line\nend ${id}`,
    at: '2026-03-01T10:00:00Z',
    count: 1,
  };
}

function idOf({ id }: StoredEvent): string {
  return id;
}
