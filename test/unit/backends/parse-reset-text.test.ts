import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { parseResetText } from '#backends/parse-reset-text.ts';

const ROWS: readonly { reason: string; text: string; now: string; zone?: string; want: string | undefined }[] = [
  { reason: 'a time of day with its zone', text: '5:44pm (UTC)', now: '2026-11-20T16:00Z', want: '2026-11-20T17:44Z' },
  { reason: 'a full hour', text: '5pm (UTC)', now: '2026-11-20T16:00Z', want: '2026-11-20T17:00Z' },
  { reason: 'over today is tomorrow', text: '5:44pm (UTC)', now: '2026-11-20T18:00Z', want: '2026-11-21T17:44Z' },
  {
    reason: 'over a minute ago has just come',
    text: '5:44pm (UTC)',
    now: '2026-11-20T17:45Z',
    want: '2026-11-20T17:44Z',
  },
  { reason: 'midnight', text: '12am (UTC)', now: '2026-11-20T22:00Z', want: '2026-11-21T00:00Z' },
  { reason: 'noon', text: '12:30pm (UTC)', now: '2026-11-20T11:00Z', want: '2026-11-20T12:30Z' },
  { reason: 'a date', text: 'Nov 23, 4:28pm (UTC)', now: '2026-11-20T16:00Z', want: '2026-11-23T16:28Z' },
  { reason: 'a date in the next year', text: 'Jan 2, 4am (UTC)', now: '2026-12-30T16:00Z', want: '2027-01-02T04:00Z' },
  { reason: 'a date that is over', text: 'Nov 23, 4:28pm (UTC)', now: '2026-11-24T16:00Z', want: '2026-11-23T16:28Z' },
  {
    reason: 'a date just over the year',
    text: 'Dec 31, 11pm (UTC)',
    now: '2027-01-01T00:30Z',
    want: '2026-12-31T23:00Z',
  },
  {
    reason: 'a zone by its place',
    text: '5:44pm (Europe/Berlin)',
    now: '2026-11-20T12:00Z',
    want: '2026-11-20T16:44Z',
  },
  {
    reason: 'the zone of the words counts',
    text: '5:44pm (UTC)',
    now: '2026-11-20T16:00Z',
    zone: 'Asia/Tokyo',
    want: '2026-11-20T17:44Z',
  },
  {
    reason: "the process's zone",
    text: '3:05 PM',
    now: '2026-11-20T12:00Z',
    zone: 'America/New_York',
    want: '2026-11-20T20:05Z',
  },
  {
    reason: 'another day there than here',
    text: '1am',
    now: '2026-11-20T23:00Z',
    zone: 'Asia/Tokyo',
    want: '2026-11-21T16:00Z',
  },
  {
    reason: 'an abbreviation that nobody knows',
    text: '3:05 PM (XYZT)',
    now: '2026-11-20T12:00Z',
    zone: 'Europe/Berlin',
    want: '2026-11-20T14:05Z',
  },
  {
    reason: 'a zone of the process that nobody knows',
    text: '3:05 PM',
    now: '2026-11-20T12:00Z',
    zone: 'Nowhere/Land',
    want: '2026-11-20T15:05Z',
  },
  {
    reason: 'the words of codex with a date',
    text: 'Nov 24th, 2026 9:30 AM',
    now: '2026-11-20T12:00Z',
    want: '2026-11-24T09:30Z',
  },
  { reason: 'a clock of 24 hours', text: '17:05', now: '2026-11-20T12:00Z', want: '2026-11-20T17:05Z' },
  { reason: 'a span in words', text: '2 hours 5 minutes', now: '2026-11-20T12:00Z', want: '2026-11-20T14:05Z' },
  { reason: 'a span with days', text: '3 days 1 hour', now: '2026-11-20T12:00Z', want: '2026-11-23T13:00Z' },
  { reason: 'a span in letters', text: '1h12m30s', now: '2026-11-20T12:00Z', want: '2026-11-20T13:12:30Z' },
  { reason: 'an exact time', text: '2026-11-20T18:00:00Z', now: '2026-11-20T12:00Z', want: '2026-11-20T18:00Z' },
  {
    reason: 'after the clocks went forward',
    text: '5pm (Europe/Berlin)',
    now: '2026-03-29T00:30Z',
    want: '2026-03-29T15:00Z',
  },
  {
    reason: 'a time that clocks jump over',
    text: '2:30am (Europe/Berlin)',
    now: '2026-03-28T22:00Z',
    want: '2026-03-29T01:30Z',
  },
  {
    reason: 'a time that clocks show twice',
    text: '2:30am (Europe/Berlin)',
    now: '2026-10-24T22:00Z',
    want: '2026-10-25T01:30Z',
  },
  { reason: 'no time at all', text: 'later', now: '2026-11-20T12:00Z', want: undefined },
  { reason: 'an hour that no clock has', text: '25:10', now: '2026-11-20T12:00Z', want: undefined },
  { reason: 'a day that no month has', text: 'Feb 31, 4pm (UTC)', now: '2026-02-20T12:00Z', want: undefined },
];

describe('the reset time of a usage limit', () => {
  for (const { reason, text, now, zone = 'UTC', want } of ROWS) {
    it(`${reason}: "${text}"`, () => {
      const found = parseResetText(text, { nowMs: Date.parse(now), timeZone: zone });
      assert.equal(found === undefined ? undefined : new Date(found).toISOString(), iso(want));
    });
  }

  it('of a time of day is always within a day', () => {
    const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia'];
    fc.assert(
      fc.property(
        fc.record({
          hour: fc.integer({ min: 1, max: 12 }),
          minute: fc.integer({ min: 0, max: 59 }),
          half: fc.constantFrom('am', 'pm'),
        }),
        fc.constantFrom(...zones),
        fc.integer({ min: Date.parse('2025-01-01'), max: Date.parse('2029-01-01') }),
        ({ hour, minute, half }, timeZone, nowMs) => {
          const text = `${String(hour)}:${String(minute).padStart(2, '0')}${half}`;
          const found = parseResetText(text, { nowMs, timeZone });
          assert.ok(found !== undefined && found > nowMs - 600_001 && found <= nowMs + 26 * 3_600_000, text);
        },
      ),
    );
  });
});

function iso(text: string | undefined): string | undefined {
  return text === undefined ? undefined : new Date(text).toISOString();
}
