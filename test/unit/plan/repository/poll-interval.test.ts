import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pollIntervalMs, untilPollMs } from '#plan/repository/poll-interval.ts';
import { NOW_MS, objectOf } from '../../../support/plan-input.ts';

describe('the wait between two looks', () => {
  const repository = (name: string, status: object = {}) =>
    objectOf('Repository', { name, spec: { url: 'https://git.example.org/x.git', interval: '30s' }, status });

  it('is the interval, up to a tenth more or less, and in the mean the interval', () => {
    const waits = Array.from({ length: 2000 }, (_, look) => pollIntervalMs(repository('x'), NOW_MS + look * 30_000));
    assert.ok(waits.every((wait) => wait >= 27_000 && wait <= 33_000));
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    assert.ok(Math.abs(mean - 30_000) < 300, String(mean));
    assert.ok(new Set(waits).size > 1000);
  });

  it('is the same for the same look, and another for another repository', () => {
    assert.equal(pollIntervalMs(repository('x'), NOW_MS), pollIntervalMs(repository('x'), NOW_MS));
    assert.notEqual(pollIntervalMs(repository('x'), NOW_MS), pollIntervalMs(repository('y'), NOW_MS));
  });

  it('is over at once when the last look lies in the future, or never was', () => {
    const future = new Date(NOW_MS + 60_000).toISOString();
    assert.equal(untilPollMs(repository('x', { attemptedAt: future }), NOW_MS), 0);
    assert.ok(untilPollMs(repository('x'), NOW_MS) < 0);
  });
});
