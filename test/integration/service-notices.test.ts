import assert from 'node:assert/strict';
import process from 'node:process';
import { describe, it } from 'node:test';

import { createServiceNotifier } from '#drivers/systemd/real-service-notifier.ts';

import { eventually } from '../support/eventually.ts';
import { openNoticeSocket, withoutNotices } from '../support/notice-socket.ts';

const PATH = process.env['PATH'];

describe('notices to the service manager', { skip: process.env['CI'] === undefined ? withoutNotices() : false }, () => {
  it('arrive as assignments, one line each', async (t) => {
    const socket = await openNoticeSocket();
    t.after(() => socket.end());
    const notifier = createServiceNotifier({ NOTIFY_SOCKET: socket.path, PATH }, 42);
    await notifier?.send({ READY: '1', STATUS: 'two\nlines' });
    await notifier?.send({ WATCHDOG: '1' });
    await eventually('all have arrived', async () => socket.notices().length === 3);
    assert.deepEqual(socket.notices(), ['READY=1', 'STATUS=two lines', 'WATCHDOG=1']);
  });

  it('say which socket did not take them', async () => {
    const notifier = createServiceNotifier({ NOTIFY_SOCKET: '/nowhere/notify', PATH }, 42);
    await assert.rejects(
      async () => notifier?.send({ READY: '1' }),
      /service manager at "\/nowhere\/notify" \(READY\)/,
    );
  });
});

const WATCHDOGS: readonly { environment: Record<string, string>; watchdogMs: number | undefined; reason: string }[] = [
  { environment: { WATCHDOG_USEC: '60000000' }, watchdogMs: 60_000, reason: 'microseconds, for this process' },
  { environment: { WATCHDOG_USEC: '60000000', WATCHDOG_PID: '42' }, watchdogMs: 60_000, reason: 'it is this process' },
  { environment: { WATCHDOG_USEC: '60000000', WATCHDOG_PID: '7' }, watchdogMs: undefined, reason: 'it is another one' },
  { environment: {}, watchdogMs: undefined, reason: 'nobody watches' },
  { environment: { WATCHDOG_USEC: 'soon' }, watchdogMs: undefined, reason: 'it is no number' },
];

for (const { environment, watchdogMs, reason } of WATCHDOGS)
  it(`a watchdog of ${String(watchdogMs)} ms: ${reason}`, () => {
    const notifier = createServiceNotifier({ NOTIFY_SOCKET: '/run/x', ...environment }, 42);
    assert.equal(notifier?.watchdogMs, watchdogMs);
  });

it('nobody is told where no service manager waits', () => {
  assert.equal(createServiceNotifier({ PATH }, 42), undefined);
  assert.equal(createServiceNotifier({ NOTIFY_SOCKET: '', PATH }, 42), undefined);
});
