import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NotifyError, type Notify, type NotifyRequest } from '#drivers/notify/notify.ts';

/** A receiver that can be told to fail, and what it was told. */
export type NotifyWorld = {
  readonly notify: Notify;
  readonly url: string;
  fail(): void;
  /** Bodies that were taken, oldest first. */
  taken(): readonly string[];
  end(): Promise<void>;
};

/** What every way to tell people must do. */
export function notifyContract(name: string, makeWorld: () => Promise<NotifyWorld>): void {
  const postTo = (url: string): NotifyRequest => ({ type: 'Post', url, headers: {}, body: '{"id":"1"}' });

  test(`${name}: a message that was taken has arrived whole`, async () => {
    const world = await makeWorld();
    try {
      await world.notify.send(postTo(world.url));
      assert.deepEqual(world.taken(), ['{"id":"1"}']);
    } finally {
      await world.end();
    }
  });

  test(`${name}: a message that was refused is an error with a reason and without a secret`, async () => {
    const world = await makeWorld();
    try {
      world.fail();
      await assert.rejects(
        world.notify.send(postTo(world.url)),
        (error: unknown) =>
          error instanceof NotifyError && error.reason === 'NotificationRefused' && !error.message.includes('/path'),
      );
      assert.deepEqual(world.taken(), []);
    } finally {
      await world.end();
    }
  });
}
