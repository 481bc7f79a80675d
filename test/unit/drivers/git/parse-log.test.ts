import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseLog } from '#drivers/git/parse-log.ts';

const SHA = 'a'.repeat(40);

describe('parseLog', () => {
  const rows = [
    { reason: 'nothing', text: '', expected: 0 },
    { reason: 'two commits', text: `${SHA}\0\0n\0e\x001700000000\0s\0${SHA}\0${SHA} ${SHA}\0n\0e\0x\0\0`, expected: 2 },
    { reason: 'output that was cut off', text: `${SHA}\0\0n\0e\x001700000000\0s`, expected: undefined },
    { reason: 'a field too many', text: `${SHA}\0\0n\0e\x001\0s\0x\0`, expected: undefined },
    { reason: 'something that is no hash', text: `HEAD\0\0n\0e\x001\0s\0`, expected: undefined },
  ];
  for (const { reason, text, expected } of rows)
    it(`takes ${reason}`, () => assert.equal(parseLog(text)?.length, expected));

  it('does not believe times that no date can hold', () => {
    const times = ['1700000000', '-5', 'soon', '99999999999999999999'].map(
      (seconds) => parseLog(`${SHA}\0\0n\0e\0${seconds}\0s\0`)?.[0]?.committedAtMs,
    );
    assert.deepEqual(times, [1_700_000_000_000, -5000, 0, 0]);
  });
});
