import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileStore } from '#store/file-store.ts';
import { storeContract } from './store-contract.ts';

storeContract('the store in files', async () => {
  let now = '';
  const eventCap = 40;
  const folder = await mkdtemp(join(tmpdir(), 'ccci-test-store-'));
  const store = createFileStore(join(folder, 'state'), { now: () => now, eventCap });
  return {
    store,
    eventCap,
    setNow: (iso) => (now = iso),
    breakRecord: (key) => writeFile(join(folder, 'state', 'objects', key, 'spec.json'), '{"kind": Agent}'),
    end: async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
});
