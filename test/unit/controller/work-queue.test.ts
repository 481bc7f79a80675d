import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { WorkQueue } from '#controller/work-queue.ts';

import { FakeClock, settle } from '../../fakes/fake-clock.ts';

/** A queue whose work ends when the test says so; `log` tells what was begun. */
function createQueue(lanes: Record<string, number> = { slow: 1, fast: 2 }) {
  const clock = new FakeClock();
  const log: string[] = [];
  const open = new Map<string, () => void>();
  const queue = new WorkQueue({
    clock,
    random: () => 0.5,
    lanes,
    laneOf: (key) => (key.startsWith('slow') ? 'slow' : 'fast'),
    work: (key) =>
      new Promise((resolve) => {
        log.push(key);
        open.set(key, resolve);
      }),
  });
  const end = async (key: string): Promise<void> => {
    open.get(key)?.();
    await settle();
  };
  return { clock, queue, log, end };
}

describe('the work queue', () => {
  test('takes a key that waits once, however often it is added', () => {
    const { queue, log } = createQueue({ fast: 1 });
    for (const key of ['a', 'b', 'b', 'b']) queue.add(key);
    assert.deepEqual(log, ['a']);
  });

  test('never works on one key twice at the same time, and comes back to it afterwards', async () => {
    const { queue, log, end } = createQueue();
    queue.add('a');
    queue.add('a');
    queue.add('a');
    assert.deepEqual(log, ['a']);
    await end('a');
    assert.deepEqual(log, ['a', 'a']);
    await end('a');
    assert.deepEqual(log, ['a', 'a']);
    assert.ok(queue.isIdle());
  });

  test('lets no lane hold up another', () => {
    const { queue, log } = createQueue();
    for (const key of ['slow-1', 'slow-2', 'a', 'b', 'c']) queue.add(key);
    assert.deepEqual(log, ['slow-1', 'a', 'b']);
  });

  test('keeps the earlier of two delays', async () => {
    const { clock, queue, log } = createQueue();
    queue.addAfter('a', 100);
    queue.addAfter('a', 500);
    await clock.advance(99);
    assert.deepEqual(log, []);
    await clock.advance(1);
    assert.deepEqual(log, ['a']);
  });

  test('shortens a delay when an earlier look is wanted', async () => {
    const { clock, queue, log } = createQueue();
    queue.addAfter('a', 500);
    queue.addAfter('a', 100);
    await clock.advance(100);
    assert.deepEqual(log, ['a']);
    await clock.advance(1000);
    assert.deepEqual(log, ['a']);
  });

  test('forgets a delay when the key is wanted at once', async () => {
    const { clock, queue, log, end } = createQueue();
    queue.addAfter('a', 100);
    queue.add('a');
    await end('a');
    await clock.advance(1000);
    assert.deepEqual(log, ['a']);
  });

  test('doubles the delay of each retry up to a minute, and starts anew after success', () => {
    const { queue } = createQueue();
    const delays = Array.from({ length: 11 }, () => queue.retry('a'));
    assert.deepEqual(delays.slice(0, 3), [200, 400, 800]);
    assert.equal(delays.at(-1), 60_000);
    queue.forget('a');
    assert.equal(queue.retry('a'), 200);
  });

  test('tells what is due and when', () => {
    const { queue } = createQueue();
    queue.addAfter('a', 100);
    assert.deepEqual([...queue.pending()], [['a', 100]]);
  });

  test('ends when the work in hand has ended, and begins nothing more', async () => {
    const { clock, queue, log, end } = createQueue({ fast: 1 });
    queue.add('a');
    queue.add('b');
    queue.addAfter('c', 10);
    let isClosed = false;
    const closing = queue.close().then(() => (isClosed = true));
    await clock.advance(100);
    assert.equal(isClosed, false);
    await end('a');
    await closing;
    queue.add('d');
    assert.deepEqual(log, ['a']);
  });
});
