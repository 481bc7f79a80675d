import { MemoryStore } from '../fakes/memory-store.ts';
import { storeContract } from './store-contract.ts';

storeContract('the store in memory', async () => {
  let now = '';
  const eventCap = 40;
  const store = new MemoryStore({ now: () => now, eventCap });
  return {
    store,
    eventCap,
    setNow: (iso) => (now = iso),
    breakRecord: async (key) => store.breakRecord(key, 'broken by the test'),
    end: () => store.close(),
  };
});
