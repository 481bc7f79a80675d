import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { isDuration, isSize, parseDurationMs, parseSizeBytes, renderDuration, renderSize } from '#api/quantity.ts';

const durations = [
  { text: '90s', ms: 90_000, reason: 'seconds above a minute are allowed' },
  { text: '10m', ms: 600_000, reason: 'minutes' },
  { text: '1h30m', ms: 5_400_000, reason: 'two units' },
  { text: '500ms', ms: 500, reason: 'milliseconds are not minutes' },
  { text: '1m500ms', ms: 60_500, reason: 'm before a digit is minutes, before s milliseconds' },
  { text: '0', ms: 0, reason: 'zero needs no unit' },
  { text: '0s', ms: 0, reason: 'zero with a unit' },
  { text: '168h', ms: 604_800_000, reason: 'a week in hours' },
];

test('a duration is read as milliseconds', () => {
  for (const { text, ms, reason } of durations) assert.equal(parseDurationMs(text), ms, reason);
});

const notDurations = [
  { text: '', reason: 'empty' },
  { text: '10', reason: 'a number other than zero needs a unit' },
  { text: '1.5h', reason: 'no fractions' },
  { text: '5 min', reason: 'no spaces and no words' },
  { text: '-5s', reason: 'no sign' },
  { text: '1d', reason: 'no days: their length depends on the place' },
  { text: '5s\n', reason: 'nothing after it' },
];

test('anything else is not a duration, and the error says what is', () => {
  for (const { text, reason } of notDurations) {
    assert.equal(isDuration(text), false, reason);
    assert.throws(() => parseDurationMs(text), /must be a duration such as 90s, 10m or 1h30m$/, reason);
  }
});

test('a rendered duration is read back as the same number of milliseconds', () => {
  fc.assert(
    fc.property(fc.nat({ max: 3_600_000_000 }), (ms) => {
      assert.equal(parseDurationMs(renderDuration(ms)), ms);
    }),
  );
});

test('a rendered duration is as short as possible', () => {
  assert.equal(renderDuration(5_400_000), '1h30m');
  assert.equal(renderDuration(0), '0s');
  assert.equal(renderDuration(-1), '0s');
});

const sizes = [
  { text: '8GiB', bytes: 8 * 2 ** 30, reason: 'units of 1024' },
  { text: '8GB', bytes: 8e9, reason: 'units of 1000, as Incus reads them' },
  { text: '1024', bytes: 1024, reason: 'a bare number is bytes' },
  { text: '1.5KiB', bytes: 1536, reason: 'fractions' },
  { text: '100kB', bytes: 100_000, reason: 'the small k of the SI' },
];

test('a size is read as bytes', () => {
  for (const { text, bytes, reason } of sizes) assert.equal(parseSizeBytes(text), bytes, reason);
});

test('anything else is not a size, and the error says what is', () => {
  for (const text of ['', '8 GiB', '-1', '8gib', '8G', 'GiB', '1e9']) {
    assert.equal(isSize(text), false, text);
    assert.throws(() => parseSizeBytes(text), /must be a size such as 8GiB/, text);
  }
});

test('a rendered size is read back as the same number of bytes', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(1, 2 ** 10, 2 ** 20, 2 ** 30), (count, unit) => {
      const bytes = (count % 4096) * unit;
      assert.equal(parseSizeBytes(renderSize(bytes)), bytes);
    }),
  );
});
