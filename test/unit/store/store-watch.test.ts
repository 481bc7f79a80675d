import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createFileStore } from '#store/file-store.ts';
import type { Store } from '#store/store.ts';
import { agent } from '../../contract/store-contract-row.ts';

const folder = await mkdtemp(join(tmpdir(), 'ccci-test-watch-'));

after(() => rm(folder, { recursive: true, force: true }));

describe('a watch of the state directory', () => {
  it('tells what another store wrote', async () => {
    const [writer, reader] = [createFileStore(join(folder, 'other')), createFileStore(join(folder, 'other'))];
    await writer.writeSpec(agent('first', {}));
    const seen = watchKeys(reader);
    await writer.writeStatus('Agent/first', { a: 1 }, '0');
    await seen.until('Agent/first');
    seen.end();
    await Promise.all([writer.close(), reader.close()]);
  });

  it('goes on when the state directory is removed and made again', async () => {
    const store = createFileStore(join(folder, 'again'), { pollMs: 20 });
    await store.writeSpec(agent('first', {}));
    const seen = watchKeys(store);
    await rm(join(folder, 'again'), { recursive: true });
    await seen.until('Agent/first');
    await store.writeSpec(agent('second', {}));
    await seen.until('Agent/second');
    await store.writeStatus('Agent/second', { a: 1 }, '0');
    await seen.until('Agent/second');
    seen.end();
    await store.close();
  });

  it('finds by looking what nobody told: a record edited by hand', async () => {
    const store = createFileStore(join(folder, 'hand'), { pollMs: 20 });
    await store.writeSpec(agent('first', { a: 1 }));
    const seen = watchKeys(store);
    const path = join(folder, 'hand', 'objects/Agent/first/spec.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"a": 1', '"a": 22'));
    await seen.until('Agent/first');
    seen.end();
    await store.close();
  });

  it('ends with the store, too', async () => {
    const store = createFileStore(join(folder, 'end'), { pollMs: 20 });
    store.watch(() => assert.fail('nothing may be told'), new AbortController().signal);
    await store.close();
    const other = createFileStore(join(folder, 'end'));
    await other.writeSpec(agent('first', {}));
    await other.close();
  });
});

function watchKeys(store: Store) {
  const ending = new AbortController();
  const seen = new Set<string>();
  let wake = Promise.withResolvers<void>();
  store.watch((keys) => {
    for (const key of keys) seen.add(key);
    wake.resolve();
    wake = Promise.withResolvers();
  }, ending.signal);
  return {
    /** Waits until the key was told, and forgets what was told before. */
    async until(key: string): Promise<void> {
      while (!seen.has(key)) await wake.promise;
      seen.clear();
    },
    end: () => ending.abort(),
  };
}
