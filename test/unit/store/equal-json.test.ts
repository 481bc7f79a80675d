import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { equalJson } from '#store/equal-json.ts';

describe('equalJson', () => {
  const rows: readonly { reason: string; a: unknown; b: unknown; equal: boolean }[] = [
    { reason: 'the order of fields does not count', a: { x: 1, y: 2 }, b: { y: 2, x: 1 }, equal: true },
    { reason: 'the order of a list counts', a: [1, 2], b: [2, 1], equal: false },
    { reason: 'an undefined field is no field', a: { x: 1, y: undefined }, b: { x: 1 }, equal: true },
    { reason: 'null is a value', a: { x: null }, b: {}, equal: false },
    { reason: 'a list is no object', a: [], b: {}, equal: false },
    { reason: 'a number is no text', a: 1, b: '1', equal: false },
    { reason: 'another field of the same number of fields', a: { x: 1 }, b: { y: 1 }, equal: false },
    { reason: 'an inherited field is no field', a: { toString: 1 }, b: { valueOf: 1 }, equal: false },
  ];
  for (const { reason, a, b, equal } of rows) {
    it(reason, () => {
      assert.equal(equalJson(a, b), equal);
      assert.equal(equalJson(b, a), equal);
    });
  }

  it('holds for every value and its copy, and says no when one is wrapped', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const copy: unknown = JSON.parse(JSON.stringify(value));
        assert.ok(equalJson(copy, JSON.parse(JSON.stringify(copy))));
        assert.ok(!equalJson(value, [value]));
      }),
    );
  });
});
