import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSystemClock } from '#drivers/clock/system-clock.ts';

describe('the clock of this machine', () => {
  const clock = createSystemClock();

  it('never goes back in its monotonic time, and shows wall time in ms since 1970', async () => {
    const before = clock.now();
    await clock.sleep(5);
    const after = clock.now();
    assert.ok(after.monoMs > before.monoMs);
    assert.ok(before.wallMs > Date.parse('2025-01-01T00:00:00Z'));
  });

  it('calls once, or never when it was cancelled', async () => {
    const calls: string[] = [];
    clock.after(1, () => calls.push('kept'));
    clock.after(1, () => calls.push('cancelled'))();
    await clock.sleep(30);
    assert.deepEqual(calls, ['kept']);
  });

  it('does not take a delay of months for none at all', async () => {
    const calls: string[] = [];
    const cancel = clock.after(100 * 24 * 3600 * 1000, () => calls.push('too early'));
    await clock.sleep(30);
    cancel();
    assert.deepEqual(calls, []);
  });
});
