import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { findWaitMarker, parseWaitMarker } from '#backends/parse-wait-marker.ts';

const MARKER = 'WAITING-UNTIL:';
const TIME = '2026-11-20T18:00:00Z';
const LINE = `${MARKER} ${TIME}`;

const FOUND = [
  { message: ['Done.', LINE], raw: LINE, reason: 'it is the last line' },
  { message: ['Done.', '', `  ${LINE}  `, '', ''], raw: LINE, reason: 'empty lines and indentation do not count' },
  { message: [`● ${LINE}`], raw: LINE, reason: 'the message is nothing else' },
  { message: [`  ⎿  ${LINE}`], raw: LINE, reason: 'an interface put its mark before it' },
  { message: ['a', MARKER, '2026-11-20T18:00:00Z'], raw: LINE, reason: 'a narrow terminal broke it at the blank' },
  { message: ['a', `${MARKER} 2026-11-20T1`, '8:00:00Z'], raw: LINE, reason: 'a narrow terminal broke it anywhere' },
  { message: [`${MARKER} soon`], raw: `${MARKER} soon`, reason: 'a malformed marker is still one' },
  { message: [LINE, 'and on I go'], raw: undefined, reason: 'the agent went on after it' },
  { message: [`I wrote ${LINE}`], raw: undefined, reason: 'it does not begin the line' },
  { message: [MARKER, 'later today'], raw: undefined, reason: 'two lines that give no time are not one' },
  { message: [], raw: undefined, reason: 'there is no message' },
];

for (const { message, raw, reason } of FOUND) {
  test(`a marker is ${raw === undefined ? 'not found' : 'found'} when ${reason}`, () => {
    assert.equal(findWaitMarker(message, MARKER), raw);
  });
}

test('an empty marker is never found', () => {
  assert.equal(findWaitMarker([LINE], ''), undefined);
});

const PARSED = [
  { text: TIME, at: TIME, reason: 'plain UTC' },
  { text: '2026-11-20T18:00Z', at: TIME, reason: 'no seconds' },
  { text: '2026-11-20t18:00:00.250z', at: '2026-11-20T18:00:00.250Z', reason: 'lower case and a fraction' },
  { text: '2026-11-20 19:00:00+01:00', at: TIME, reason: 'a blank and an offset are clear too' },
  { text: '2026-11-20T12:30:00-0530', at: TIME, reason: 'an offset without a colon' },
  { text: `${TIME}.`, at: TIME, reason: 'a full stop after it' },
  { text: `${TIME} (claim M1)`, at: TIME, reason: 'words after it' },
  { text: '2028-02-29T00:00:00Z', at: '2028-02-29T00:00:00Z', reason: 'a leap day' },
];

for (const { text, at, reason } of PARSED) {
  test(`a time is read with ${reason}`, () => {
    assert.equal(parseWaitMarker(`${MARKER} ${text}`, MARKER), Date.parse(at));
  });
}

const MALFORMED = [
  { text: '', reason: 'nothing' },
  { text: 'soon', reason: 'a word' },
  { text: '2026-11-20T18:00:00', reason: 'no zone' },
  { text: '2026-11-20', reason: 'a day' },
  { text: '2026-02-29T00:00:00Z', reason: 'a day that is not' },
  { text: '2026-13-01T00:00:00Z', reason: 'a month that is not' },
  { text: '2026-11-20T24:00:00Z', reason: 'an hour that is not' },
  { text: '2026-11-20T18:00:00+25:00', reason: 'an offset that is not' },
  { text: `${TIME}x`, reason: 'letters glued to it' },
];

for (const { text, reason } of MALFORMED) {
  test(`a marker with ${reason} is malformed`, () => {
    assert.equal(parseWaitMarker(`${MARKER} ${text}`, MARKER), 'Malformed');
  });
}

test('a line without the marker is malformed', () => {
  assert.equal(parseWaitMarker(TIME, MARKER), 'Malformed');
});

test('every time of five centuries is read as the calendar says', () => {
  const from = Date.UTC(1800, 0, 1);
  const until = Date.UTC(2300, 0, 1);
  fc.assert(
    fc.property(fc.integer({ min: from, max: until }), (epochMs) => {
      const text = new Date(epochMs).toISOString();
      assert.equal(parseWaitMarker(`${MARKER} ${text}`, MARKER), epochMs);
    }),
  );
});
