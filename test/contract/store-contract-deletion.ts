import assert from 'node:assert/strict';
import { isUnreadable, StorageError } from '#store/store.ts';
import { agent, mustGet, T0, T1 } from './store-contract-row.ts';
import type { StoreRow } from './store-contract-row.ts';

/** How objects go, and what can not be read. */
export const DELETION_ROWS: readonly StoreRow[] = [
  {
    title: 'an object without finalizers is gone at once, and deleting it again is fine',
    test: async ({ store }) => {
      await store.writeSpec(agent('builder', {}));
      await store.requestDelete('Agent/builder');
      assert.equal(await store.get('Agent/builder'), undefined);
      await store.requestDelete('Agent/builder');
      await store.removeFinalizer('Agent/builder', 'x');
      assert.deepEqual(await store.list(), []);
    },
  },
  {
    title: 'finalizers hold a deleted object until the last is taken away; the first mark stays',
    test: async ({ store, setNow }) => {
      const made = await store.writeSpec({ ...agent('builder', {}), finalizers: ['a', 'b'] });
      await store.requestDelete('Agent/builder');
      setNow(T1);
      await store.requestDelete('Agent/builder');
      const marked = await mustGet(store, 'Agent/builder');
      assert.equal(marked.metadata.deletionTimestamp, T0);
      assert.equal(marked.metadata.generation, made.metadata.generation);
      assert.notEqual(marked.metadata.resourceVersion, made.metadata.resourceVersion);
      await store.removeFinalizer('Agent/builder', 'a');
      await store.removeFinalizer('Agent/builder', 'a');
      assert.deepEqual((await mustGet(store, 'Agent/builder')).metadata.finalizers, ['b']);
      await store.removeFinalizer('Agent/builder', 'b');
      assert.equal(await store.get('Agent/builder'), undefined);
    },
  },
  {
    title: 'taking the last finalizer from an object that is not deleted leaves it there',
    test: async ({ store }) => {
      await store.writeSpec({ ...agent('builder', {}), finalizers: ['a'] });
      await store.removeFinalizer('Agent/builder', 'a');
      assert.deepEqual((await mustGet(store, 'Agent/builder')).metadata.finalizers, []);
    },
  },
  {
    title: 'an object marked for deletion keeps its mark and its finalizers through writes of every record',
    test: async ({ store }) => {
      await store.writeSpec({ ...agent('builder', { a: 1 }), finalizers: ['a'] });
      await store.requestDelete('Agent/builder');
      const marked = await mustGet(store, 'Agent/builder');
      await store.writeSpec({ ...agent('builder', { a: 2 }, marked.versions.spec), finalizers: ['a', 'b'] });
      await store.writeStatus('Agent/builder', { s: 1 }, '0');
      await store.writeOperator('Agent/builder', { o: 1 }, '0');
      const read = await mustGet(store, 'Agent/builder');
      assert.equal(read.metadata.deletionTimestamp, T0);
      assert.deepEqual(read.metadata.finalizers, ['a']);
      assert.deepEqual(read.spec, { a: 2 });
    },
  },
  {
    title: 'an unreadable object keeps its name, the others stay readable, and no write touches it',
    test: async ({ store, breakRecord }) => {
      await store.writeSpec(agent('builder', {}));
      const good = await store.writeSpec(agent('adversary', {}));
      await breakRecord('Agent/builder');
      const read = await store.get('Agent/builder');
      assert.ok(read !== undefined && isUnreadable(read));
      assert.deepEqual([read.kind, read.name], ['Agent', 'builder']);
      assert.notEqual(read.unreadable, '');
      assert.deepEqual(await store.list(), [good, read]);
      const unreadable = (error: unknown): boolean => error instanceof StorageError && error.reason === 'Unreadable';
      await assert.rejects(store.writeStatus('Agent/builder', {}, '0'), unreadable);
      await assert.rejects(store.writeSpec(agent('builder', {})), unreadable);
      await assert.rejects(store.requestDelete('Agent/builder'), unreadable);
      assert.deepEqual(await store.get('Agent/builder'), read);
    },
  },
];
