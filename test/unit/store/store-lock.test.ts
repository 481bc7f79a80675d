import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { StoreLock } from '#store/store-lock.ts';

const folder = await mkdtemp(join(tmpdir(), 'ccci-test-lock-'));

after(() => rm(folder, { recursive: true, force: true }));

describe('the lock of a state directory', () => {
  it('lets one in at a time, within one lock and between two', async () => {
    const [one, other] = [new StoreLock(folder, 5_000), new StoreLock(folder, 5_000)];
    let inside = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      assert.equal(inside, 1);
      await new Promise(setImmediate);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? one : other).run(work)));
    await Promise.all([one.close(), other.close()]);
  });

  it('that stays taken is given up with what to do about it, and is free again afterwards', async () => {
    const [holder, waiter] = [new StoreLock(folder, 5_000), new StoreLock(folder, 20)];
    const letGo = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const holding = holder.run(() => (held.resolve(), letGo.promise));
    await held.promise;
    const expected = {
      reason: 'StorageUnavailable',
      message: /another process has held ".*lock\.db" for 0\.02 s; see who with: fuser/,
    };
    await assert.rejects(
      waiter.run(async () => assert.fail('nobody else may be inside')),
      expected,
    );
    letGo.resolve();
    await holding;
    assert.equal(await waiter.run(async () => 'inside'), 'inside');
    await Promise.all([holder.close(), waiter.close()]);
  });

  it('goes on after work that failed', async () => {
    const lock = new StoreLock(folder, 1_000);
    await assert.rejects(
      lock.run(async () => Promise.reject(new Error('work failed'))),
      /work failed/,
    );
    assert.equal(await lock.run(async () => 1), 1);
    await lock.close();
  });

  it('whose file was removed is taken on the new file, by everybody', async () => {
    const locks = [new StoreLock(folder, 1_000), new StoreLock(folder, 1_000)];
    for (const lock of locks) await lock.run(async () => undefined);
    await rm(join(folder, 'lock.db'));
    let inside = 0;
    const work = async (): Promise<void> => {
      assert.equal((inside += 1), 1);
      await new Promise(setImmediate);
      inside -= 1;
    };
    await Promise.all(locks.map((lock) => lock.run(work)));
    assert.equal((await stat(join(folder, 'lock.db'))).size, 0, 'it holds nothing');
    await Promise.all(locks.map((lock) => lock.close()));
  });
});
