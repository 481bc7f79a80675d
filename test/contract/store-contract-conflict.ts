import assert from 'node:assert/strict';
import { InvalidKeyError } from '#store/key.ts';
import { ConflictError } from '#store/store.ts';
import type { Store } from '#store/store.ts';
import { agent, mustGet } from './store-contract-row.ts';
import type { StoreRow } from './store-contract-row.ts';

/** Whose write counts when two write. */
export const CONFLICT_ROWS: readonly StoreRow[] = [
  {
    title: 'a creation conflicts with an object that is there, a replacement with one that is not',
    test: async ({ store }) => {
      const made = await store.writeSpec(agent('builder', { a: 1 }));
      await assert.rejects(store.writeSpec(agent('builder', { a: 2 })), ConflictError);
      await assert.rejects(store.writeSpec(agent('other', { a: 2 }, made.versions.spec)), ConflictError);
      assert.deepEqual(await store.get('Agent/builder'), made);
      assert.equal(await store.get('Agent/other'), undefined);
    },
  },
  {
    title: 'a record that was changed since it was read is not overwritten',
    test: async ({ store }) => {
      const made = await store.writeSpec(agent('builder', { a: 1 }));
      await store.writeSpec(agent('builder', { a: 2 }, made.versions.spec));
      await assert.rejects(store.writeSpec(agent('builder', { a: 3 }, made.versions.spec)), ConflictError);
      await store.writeStatus('Agent/builder', { s: 1 }, '0');
      await assert.rejects(store.writeStatus('Agent/builder', { s: 2 }, '0'), ConflictError);
      await store.writeOperator('Agent/builder', { o: 1 }, '0');
      await assert.rejects(store.writeOperator('Agent/builder', { o: 2 }, '0'), ConflictError);
      const read = await mustGet(store, 'Agent/builder');
      assert.deepEqual([read.spec, read.status, read.operator], [{ a: 2 }, { s: 1 }, { o: 1 }]);
    },
  },
  {
    title: 'records are compared one by one: a new status does not disturb a write of the spec or the operator record',
    test: async ({ store }) => {
      const made = await store.writeSpec(agent('builder', { a: 1 }));
      await store.writeStatus('Agent/builder', { s: 1 }, made.versions.status);
      await store.writeOperator('Agent/builder', { suspend: { by: 'ana' } }, made.versions.operator);
      const changed = await store.writeSpec(agent('builder', { a: 2 }, made.versions.spec));
      assert.deepEqual([changed.status, changed.operator], [{ s: 1 }, { suspend: { by: 'ana' } }]);
    },
  },
  {
    title: 'status and operator records of an object that is not there conflict',
    test: async ({ store }) => {
      await assert.rejects(store.writeStatus('Agent/builder', {}, '0'), ConflictError);
      await assert.rejects(store.writeOperator('Agent/builder', {}, '0'), ConflictError);
      assert.deepEqual(await store.list(), []);
    },
  },
  {
    title: 'an object made again under its old name is another one: new uid, no old records, old versions conflict',
    test: async ({ store }) => {
      const first = await store.writeSpec(agent('builder', { a: 1 }));
      const told = await store.writeStatus('Agent/builder', { s: 1 }, '0');
      await store.requestDelete('Agent/builder');
      const second = await store.writeSpec(agent('builder', { a: 1 }));
      assert.notEqual(second.metadata.uid, first.metadata.uid);
      assert.equal(second.status, undefined);
      assert.equal(second.metadata.generation, 1);
      assert.notEqual(second.versions.spec, first.versions.spec);
      await assert.rejects(store.writeSpec(agent('builder', { a: 2 }, first.versions.spec)), ConflictError);
      await assert.rejects(store.writeStatus('Agent/builder', { s: 2 }, told.versions.status), ConflictError);
    },
  },
  {
    title: 'of many writers that read the same version one wins',
    test: async ({ store }) => {
      const made = await store.writeSpec(agent('builder', { n: 0 }));
      const tries = Array.from({ length: 8 }, (_, n) =>
        store.writeStatus('Agent/builder', { n }, made.versions.status),
      );
      const results = await Promise.allSettled(tries);
      assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
      const failures = results.filter((result) => result.status === 'rejected');
      assert.ok(failures.every((failure) => failure.reason instanceof ConflictError));
    },
  },
  {
    title: 'many writers that read again on conflict lose no update',
    test: async ({ store }) => {
      await store.writeSpec(agent('builder', {}));
      await store.writeStatus('Agent/builder', { n: 0 }, '0');
      await Promise.all(Array.from({ length: 5 }, () => increment(store, 5)));
      assert.deepEqual((await mustGet(store, 'Agent/builder')).status, { n: 25 });
    },
  },
  {
    title: 'a key that could leave the store is refused by every verb',
    test: async ({ store }) => {
      const bad = [
        '',
        'Agent',
        'Agent/',
        '/builder',
        'Agent/../x',
        'Agent/..',
        '../Agent/x',
        'agent/x',
        'Agent/A',
        'Agent/x/y',
        'Agent/x\0',
        `Agent/${'a'.repeat(300)}`,
      ];
      for (const key of bad) {
        await assert.rejects(store.get(key), InvalidKeyError, key);
        await assert.rejects(store.writeStatus(key, {}, '0'), InvalidKeyError, key);
        await assert.rejects(store.requestDelete(key), InvalidKeyError, key);
      }
      await assert.rejects(store.writeSpec(agent('../x', {})), InvalidKeyError);
      assert.deepEqual(await store.list('../objects'), []);
    },
  },
];

async function increment(store: Store, times: number): Promise<void> {
  for (let done = 0; done < times;) {
    const { status, versions } = await mustGet(store, 'Agent/builder');
    const next = { n: Number(status?.['n']) + 1 };
    const conflict = await store.writeStatus('Agent/builder', next, versions.status).then(isNothing, isConflict);
    if (!conflict) done += 1;
  }
}

function isNothing(): boolean {
  return false;
}

function isConflict(error: unknown): boolean {
  if (error instanceof ConflictError) return true;
  throw error;
}
