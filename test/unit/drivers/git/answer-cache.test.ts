import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fact } from '#api/fact.ts';
import { ABSENT, known, unknown } from '#api/fact.ts';
import { createAnswerCache } from '#drivers/git/answer-cache.ts';

describe('createAnswerCache', () => {
  it('asks once for what is known or absent, also when asked at the same time', async () => {
    const cache = createAnswerCache(1000);
    for (const fact of [known('x'), ABSENT] satisfies Fact<string>[]) {
      const { ask, count } = counted(fact);
      const key = fact.state;
      assert.deepEqual(await Promise.all([cache.answer(key, ask), cache.answer(key, ask)]), [fact, fact]);
      assert.deepEqual(await cache.answer(key, ask), fact);
      assert.equal(count(), 1);
    }
  });
  it('asks again after unknown and after a failure', async () => {
    const cache = createAnswerCache(1000);
    const { ask, count } = counted(unknown('TimedOut', 'x'));
    await cache.answer('a', ask);
    await cache.answer('a', ask);
    assert.equal(count(), 2);
    await assert.rejects(cache.answer('b', () => Promise.reject(new Error('x'))));
    assert.deepEqual(await cache.answer('b', counted(known(1)).ask), known(1));
  });
  it('forgets what was used longest ago when it is full', async () => {
    const cache = createAnswerCache(25);
    const [a, b] = [counted(known('x'.repeat(10))), counted(known('y'.repeat(10)))];
    await cache.answer('a', a.ask);
    await cache.answer('b', b.ask);
    await cache.answer('a', a.ask);
    await cache.answer('c', counted(known('z'.repeat(10))).ask);
    await cache.answer('a', a.ask);
    await cache.answer('b', b.ask);
    assert.deepEqual([a.count(), b.count()], [1, 2]);
  });
});

function counted<T>(fact: Fact<T>) {
  let count = 0;
  return { ask: () => Promise.resolve().then(() => ((count += 1), fact)), count: () => count };
}
