import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { mergeFields, mergeManifest } from '#load/apply-merge.ts';
import type { AppliedObject } from '#load/apply-merge.ts';
import type { JsonObject } from '#load/json.ts';

describe('mergeFields', () => {
  const rows: { reason: string; current: JsonObject; last: JsonObject; next: JsonObject; merged: JsonObject }[] = [
    { reason: 'what the manifest sets is set', current: { a: 1 }, last: { a: 1 }, next: { a: 2 }, merged: { a: 2 } },
    {
      reason: 'what somebody else set stays',
      current: { a: 1, b: 2 },
      last: { a: 1 },
      next: { a: 1 },
      merged: { a: 1, b: 2 },
    },
    {
      reason: 'what the manifest set before and sets no more is removed',
      current: { a: 1, b: 2 },
      last: { a: 1, b: 2 },
      next: { a: 1 },
      merged: { a: 1 },
    },
    {
      reason: 'what somebody changed meanwhile is set back',
      current: { a: 9 },
      last: { a: 1 },
      next: { a: 1 },
      merged: { a: 1 },
    },
    {
      reason: 'removed by the manifest though somebody changed it',
      current: { a: 9 },
      last: { a: 1 },
      next: {},
      merged: {},
    },
    {
      reason: 'the same holds inside of maps',
      current: { m: { a: 1, b: 2, c: 3 } },
      last: { m: { a: 1, b: 2 } },
      next: { m: { a: 5 } },
      merged: { m: { a: 5, c: 3 } },
    },
    {
      reason: 'lists are replaced whole',
      current: { l: [1, 2, 3] },
      last: { l: [1] },
      next: { l: [4] },
      merged: { l: [4] },
    },
    {
      reason: 'null removes, also what somebody else set',
      current: { a: 1, m: { b: 2 } },
      last: {},
      next: { a: null, m: { b: null } },
      merged: { m: {} },
    },
    {
      reason: 'a map takes the place of a value, without its nulls',
      current: { a: 1 },
      last: { a: 1 },
      next: { a: { b: 2, c: null } },
      merged: { a: { b: 2 } },
    },
    {
      reason: 'a value takes the place of a map',
      current: { a: { b: 2 } },
      last: { a: { b: 2 } },
      next: { a: 1 },
      merged: { a: 1 },
    },
    {
      reason: 'one of two exclusive fields goes when the other comes',
      current: { prompt: { file: '/a' } },
      last: { prompt: { file: '/a' } },
      next: { prompt: { inline: 'x' } },
      merged: { prompt: { inline: 'x' } },
    },
    {
      reason: 'names of Object are names as any other',
      current: {},
      last: {},
      next: { toString: 'x', constructor: { a: 1 } },
      merged: { toString: 'x', constructor: { a: 1 } },
    },
  ];
  for (const { reason, current, last, next, merged } of rows) {
    it(reason, () => assert.deepEqual(mergeFields(current, last, next), merged));
  }
});

describe('mergeManifest', () => {
  it('says created, then unchanged, then configured', () => {
    const manifest = { spec: { mode: 'Loop' }, labels: { crew: 'ci' }, texts: { 'spec.prompt.file': 'one' } };
    const created = mergeManifest(undefined, manifest);
    assert.equal(created.outcome, 'created');
    assert.deepEqual(created.lastApplied, { spec: { mode: 'Loop' }, labels: { crew: 'ci' }, annotations: {} });
    assert.equal(mergeManifest(created, manifest).outcome, 'unchanged');
    assert.equal(mergeManifest(created, { ...manifest, labels: {} }).outcome, 'configured');
    assert.equal(mergeManifest(created, { ...manifest, texts: { 'spec.prompt.file': 'two' } }).outcome, 'configured');
  });

  it('removes its own labels and keeps those of others', () => {
    const first = mergeManifest(undefined, { spec: {}, labels: { a: '1', b: '2' } });
    const labelled: AppliedObject = { ...first, labels: { ...first.labels, other: '3' } };
    assert.deepEqual(mergeManifest(labelled, { spec: {}, labels: { a: '1' } }).labels, { a: '1', other: '3' });
  });

  it('applied again changes nothing, whatever is there and whatever the manifest says', () => {
    const fields = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.jsonValue({ maxDepth: 2 }), {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(fields, fields, fields, (current, last, next) => {
        const input = [current, last, next].map((each) => JSON.parse(JSON.stringify(each)) as JsonObject);
        const [spec = {}, before = {}, wanted = {}] = input;
        const once = mergeManifest({ spec, lastApplied: { spec: before } }, { spec: wanted });
        const twice = mergeManifest(once, { spec: wanted });
        assert.equal(twice.outcome, 'unchanged');
        assert.deepEqual(twice.spec, once.spec);
      }),
    );
  });
});
