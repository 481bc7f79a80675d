import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { didYouMean, editDistance, nearest } from '#api/suggest.ts';

const FIELDS = ['mode', 'session', 'workdir', 'backend', 'prompt', 'liveness', 'statusFile'];

const rows = [
  { word: 'livenes', want: 'liveness', reason: 'a letter is missing' },
  { word: 'workDir', want: 'workdir', reason: 'only the case differs' },
  { word: 'status_file', want: 'statusFile', reason: 'another way to write words' },
  { word: 'promtp', want: 'prompt', reason: 'neighbours are swapped' },
  { word: 'replicas', want: undefined, reason: 'nothing is near' },
  { word: 'x', want: undefined, reason: 'one letter is no hint' },
];

test('a mistyped word leads to the known word that was meant', () => {
  for (const { word, want, reason } of rows) assert.equal(nearest(word, FIELDS), want, reason);
});

test('the suggestion is a question', () => {
  assert.equal(didYouMean('bakend', FIELDS), 'did you mean "backend"?');
});

test('the distance is zero only for the same word and does not depend on the order', () => {
  const word = fc.string({ maxLength: 12 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      assert.equal(editDistance(a, b) === 0, a === b);
      assert.equal(editDistance(a, b), editDistance(b, a));
    }),
  );
});
