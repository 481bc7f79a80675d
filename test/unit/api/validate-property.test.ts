import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { decodeObject } from '#api/decode.ts';
import { findUnsafe } from '#api/safe-keys.ts';
import { validateManifest } from '#api/validate.ts';

import { FULLEST, manifest } from './sample-manifests.ts';

const anything = fc.anything({ withNullPrototype: true, withSparseArray: true, withDate: true, withMap: true });

test('validation never throws and always says what is wrong, whatever it is given', () => {
  fc.assert(
    fc.property(anything, (raw) => {
      const result = validateManifest(raw);
      assert.ok('issues' in result && result.issues.length > 0);
    }),
  );
});

test('validation never throws on a manifest with one value replaced by anything', () => {
  const kinds = fc.constantFrom('Agent', 'Repository', 'Phase', 'Gate', 'VirtualMachine', 'AgentRun', 'Notifier');
  fc.assert(
    fc.property(kinds, fc.nat(), anything, (kind, pick, value) => {
      const spec: Record<string, unknown> = { ...FULLEST[kind] };
      const names = Object.keys(spec);
      const field = names[pick % names.length] ?? 'mode';
      const result = validateManifest(manifest(kind, { ...spec, [field]: value }));
      for (const issue of 'issues' in result ? result.issues : []) assert.match(issue.rule, /must|not supported/);
    }),
  );
});

test('reading a stored object never throws, whatever is in it', () => {
  const stored = fc.record({
    apiVersion: fc.constantFrom('ccci.dev/v1alpha1', 'ccci.dev/v9'),
    kind: fc.constantFrom('Agent', 'Phase', 'Rig', 'Odd'),
    metadata: fc.oneof(fc.constant({ name: 'x' }), anything),
    spec: anything,
    status: anything,
  });
  fc.assert(
    fc.property(stored, (encoded) => {
      const decoded = decodeObject(encoded);
      assert.ok('object' in decoded || decoded.unreadable.length > 0);
    }),
  );
});

test('a value that contains itself, and one that is too deep, end in a mistake', () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  let deep: unknown = 'x';
  for (let depth = 0; depth < 10_000; depth += 1) deep = [deep];
  for (const value of [cycle, deep]) {
    assert.match(findUnsafe(value)[0]?.rule ?? '', /must not be nested deeper than 64 levels/);
    assert.ok('issues' in validateManifest(value));
  }
});

test('a value with a million entries is refused without looking at all of them', () => {
  const many = Object.fromEntries(
    Array.from({ length: 1000 }, (_, index) => [`k${index}`, Array.from({ length: 1000 }, () => 0)]),
  );
  for (const value of [{ list: Array.from({ length: 1_000_000 }, () => 0) }, many]) {
    assert.deepEqual(
      findUnsafe(value).map(({ rule }) => rule),
      ['must have at most 200000 values'],
    );
  }
});
