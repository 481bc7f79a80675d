import assert from 'node:assert/strict';
import type { Store, StoredEvent } from '#store/store.ts';
import { agent, T0 } from './store-contract-row.ts';
import type { StoreRow } from './store-contract-row.ts';

/** What a store tells: events and changed keys. */
export const EVENT_ROWS: readonly StoreRow[] = [
  {
    title: 'events come back newest last, and the same id twice is kept once as it was first',
    test: async ({ store }) => {
      await store.addEvents([event('1'), event('2')]);
      await store.addEvents([event('2', { message: 'later' }), event('3'), event('3')]);
      assert.deepEqual(await store.events(), [event('1'), event('2'), event('3')]);
    },
  },
  {
    title: 'events can be asked for by object and by how many',
    test: async ({ store }) => {
      const other = { about: 'Gate/handoff' };
      await store.addEvents([event('1'), event('2', other), event('3'), event('4', other)]);
      assert.deepEqual((await store.events({ about: 'Gate/handoff' })).map(idOf), ['2', '4']);
      assert.deepEqual((await store.events({ limit: 2 })).map(idOf), ['3', '4']);
      assert.deepEqual((await store.events({ about: 'Agent/builder', limit: 1 })).map(idOf), ['3']);
      assert.deepEqual(await store.events({ limit: 0 }), []);
    },
  },
  {
    title: 'beyond the cap the oldest go, at least half of the cap stays',
    test: async ({ store, eventCap }) => {
      const all = Array.from({ length: eventCap * 3 }, (_, n) => event(`e${n}`));
      for (let from = 0; from < all.length; from += 7) await store.addEvents(all.slice(from, from + 7));
      const kept = await store.events();
      assert.ok(kept.length <= eventCap && kept.length >= eventCap / 2, `${kept.length} are kept`);
      assert.deepEqual(kept, all.slice(-kept.length));
    },
  },
  {
    title: 'an event about an object stays when the object goes',
    test: async ({ store }) => {
      await store.writeSpec(agent('builder', {}));
      await store.addEvents([event('1')]);
      await store.requestDelete('Agent/builder');
      assert.deepEqual(await store.events(), [event('1')]);
    },
  },
  {
    title: 'a watch tells the keys of created, changed and deleted objects until it is ended',
    test: async ({ store }) => {
      const seen = watchKeys(store);
      await store.writeSpec(agent('builder', {}));
      await seen.until('Agent/builder');
      await store.writeStatus('Agent/builder', { s: 1 }, '0');
      await seen.until('Agent/builder');
      await store.writeSpec(agent('adversary', {}));
      await seen.until('Agent/adversary');
      await store.requestDelete('Agent/builder');
      await seen.until('Agent/builder');
      seen.end();
      await store.requestDelete('Agent/adversary');
      assert.deepEqual(seen.rest(), []);
    },
  },
];

function event(id: string, fields: Partial<StoredEvent> = {}): StoredEvent {
  return {
    id,
    about: 'Agent/builder',
    type: 'Normal',
    reason: 'Started',
    message: `started ${id}`,
    at: T0,
    count: 1,
    ...fields,
  };
}

function idOf(event: StoredEvent): string {
  return event.id;
}

function watchKeys(store: Store) {
  const ending = new AbortController();
  const seen: string[] = [];
  let wake = Promise.withResolvers<void>();
  store.watch((keys) => {
    seen.push(...keys);
    wake.resolve();
    wake = Promise.withResolvers();
  }, ending.signal);
  return {
    /** Waits until the key was told, and forgets what was told before. */
    async until(key: string): Promise<void> {
      while (!seen.includes(key)) await wake.promise;
      seen.length = 0;
    },
    end: () => ending.abort(),
    rest: () => seen,
  };
}
