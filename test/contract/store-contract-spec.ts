import assert from 'node:assert/strict';
import type { JsonObject } from '#store/store.ts';
import { agent, keyOf, mustGet, T0 } from './store-contract-row.ts';
import type { StoreRow } from './store-contract-row.ts';

/** What a store keeps of an object. */
export const SPEC_ROWS: readonly StoreRow[] = [
  {
    title: 'an empty store has no objects and no events',
    test: async ({ store }) => {
      assert.equal(await store.get('Agent/builder'), undefined);
      assert.deepEqual(await store.list(), []);
      assert.deepEqual(await store.list('Agent'), []);
      assert.deepEqual(await store.events(), []);
    },
  },
  {
    title: 'a created object has a uid, generation 1, its creation time and what was written',
    test: async ({ store }) => {
      const texts = { 'spec.prompt.file': 'Build "it" $(now)\n' };
      const extra = { labels: { crew: 'ci' }, finalizers: ['ccci.dev/session'], lastApplied: { mode: 'Loop' }, texts };
      const made = await store.writeSpec({ ...agent('builder', { mode: 'Loop' }), ...extra });
      const read = await mustGet(store, 'Agent/builder');
      assert.deepEqual(read, made);
      assert.equal(read.metadata.generation, 1);
      assert.equal(read.metadata.creationTimestamp, T0);
      assert.notEqual(read.metadata.uid, '');
      assert.deepEqual(read.spec, { mode: 'Loop' });
      assert.deepEqual(read.metadata.labels, { crew: 'ci' });
      assert.deepEqual(read.texts, texts);
      assert.deepEqual(read.lastApplied, { mode: 'Loop' });
      assert.equal(read.status, undefined);
      assert.equal(read.operator, undefined);
      assert.equal(read.versions.status, '0');
    },
  },
  {
    title: 'a different spec bumps generation and both versions, other records keep theirs',
    test: async ({ store }) => {
      const made = await store.writeSpec(agent('builder', { mode: 'Loop' }));
      const told = await store.writeStatus('Agent/builder', { a: 1 }, made.versions.status);
      const changed = await store.writeSpec(agent('builder', { mode: 'OneShot' }, made.versions.spec));
      assert.equal(changed.metadata.generation, 2);
      assert.notEqual(changed.versions.spec, made.versions.spec);
      assert.notEqual(changed.metadata.resourceVersion, told.metadata.resourceVersion);
      assert.equal(changed.versions.status, told.versions.status);
      assert.equal(changed.metadata.uid, made.metadata.uid);
      assert.equal(changed.metadata.creationTimestamp, T0);
    },
  },
  {
    title: 'changed labels bump the version, not the generation',
    test: async ({ store }) => {
      const made = await store.writeSpec(agent('builder', { mode: 'Loop' }));
      const changed = await store.writeSpec({
        ...agent('builder', { mode: 'Loop' }, made.versions.spec),
        labels: { a: 'b' },
      });
      assert.equal(changed.metadata.generation, 1);
      assert.notEqual(changed.versions.spec, made.versions.spec);
    },
  },
  {
    title: 'a write without change keeps every version, whatever the order of the fields',
    test: async ({ store }) => {
      const made = await store.writeSpec(agent('builder', { a: 1, b: { c: [1, 2], d: null } }));
      const again = await store.writeSpec(agent('builder', { b: { d: null, c: [1, 2] }, a: 1 }, made.versions.spec));
      assert.deepEqual(again, made);
      const told = await store.writeStatus('Agent/builder', { a: 1 }, '0');
      assert.deepEqual(await store.writeStatus('Agent/builder', { a: 1 }, told.versions.status), told);
    },
  },
  {
    title: 'optional fields that a write leaves out stay as they are, empty ones are emptied',
    test: async ({ store }) => {
      const made = await store.writeSpec({
        ...agent('builder', { a: 1 }),
        labels: { x: 'y' },
        annotations: { n: '1' },
      });
      const kept = await store.writeSpec({ ...agent('builder', { a: 2 }, made.versions.spec), annotations: {} });
      assert.deepEqual(kept.metadata.labels, { x: 'y' });
      assert.deepEqual(kept.metadata.annotations, {});
    },
  },
  {
    title: 'values of every JSON sort come back as they were written',
    test: async ({ store }) => {
      const spec: JsonObject = {
        text: '“quotes” \n $(x) `y` 🦀 \u0000',
        n: -1.5e-7,
        t: true,
        z: null,
        l: [[], {}, [1]],
        '': { 'a.b/c': 1 },
      };
      await store.writeSpec(agent('builder', spec));
      assert.deepEqual((await mustGet(store, 'Agent/builder')).spec, spec);
    },
  },
  {
    title:
      'what the caller does to its own value later does not reach the store, and what the store gave can not be changed',
    test: async ({ store }) => {
      const spec = { list: [1] };
      await store.writeSpec(agent('builder', spec));
      spec.list.push(2);
      const read = await mustGet(store, 'Agent/builder');
      assert.deepEqual(read.spec, { list: [1] });
      assert.throws(() => (read.spec as { list: number[] }).list.push(3), TypeError);
    },
  },
  {
    title: 'the list is sorted by kind and name and can be one kind only',
    test: async ({ store }) => {
      for (const [kind, name] of [
        ['Phase', '2'],
        ['Agent', 'b'],
        ['Phase', '10'],
        ['Agent', 'a'],
      ] as const) {
        await store.writeSpec({ ...agent(name, {}), kind });
      }
      assert.deepEqual((await store.list()).map(keyOf), ['Agent/a', 'Agent/b', 'Phase/10', 'Phase/2']);
      assert.deepEqual((await store.list('Phase')).map(keyOf), ['Phase/10', 'Phase/2']);
      assert.deepEqual(await store.list('Gate'), []);
    },
  },
];
