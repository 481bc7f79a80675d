import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decodeObject } from '#api/decode.ts';
import type { NotifierStatus } from '#api/notifier-status.ts';
import { reconcile } from '#controller/reconcile.ts';
import { MAX_ATTEMPTS } from '#status/summarize-notifier.ts';
import { isUnreadable, type JsonObject, type StoredEvent } from '#store/store.ts';

import { FakeNotify } from '../../fakes/fake-notify.ts';
import { makeWorld } from '../../support/world-in-memory.ts';

const KEY = 'Notifier/operator';
const WEBHOOK = { type: 'Webhook', url: 'http://hook.example/x' };

type Sent = { id: string; sort: string; about: string; reason: string; count: number; attempt: number; text: string };

/** A rig with one notifier that has looked once. */
async function start(spec: JsonObject = WEBHOOK) {
  const world = await makeWorld();
  const notify = new FakeNotify();
  const tools = { ...world.tools, writers: { ...world.tools.writers, notify } };
  const { store, clock } = world;
  const write = { apiVersion: 'ccci.dev/v1alpha1', expect: 'absent' } as const;
  await store.writeSpec({ ...write, kind: 'Notifier', name: 'operator', spec });
  let shiftMs = 0;
  const now = () => ({ ...clock.now(), wallMs: clock.now().wallMs + shiftMs });
  const shifted = { ...tools, readers: { ...tools.readers, now } };
  const rig = {
    ...{ store, notify, clock },
    pass: () => reconcile(KEY, shifted),
    /** Passes until nothing more is sent. */
    async settle() {
      for (let last = -1; last !== notify.sent.length;) {
        last = notify.sent.length;
        await rig.pass();
      }
    },
    jump: (ms: number) => void (shiftMs += ms),
    event: (given: Partial<StoredEvent> = {}): StoredEvent => ({
      ...{ id: `e-${String(now().wallMs)}`, about: 'Agent/builder', type: 'Warning', reason: 'CrashLoopBackOff' },
      ...{ message: 'it ended too often', at: new Date(now().wallMs).toISOString(), count: 1, ...given },
    }),
    bodies: () => notify.sent.map((one) => JSON.parse(one.type === 'Post' ? one.body : one.input) as Sent),
    urls: () => notify.sent.map((one) => (one.type === 'Post' ? one.url : undefined)),
    async status(): Promise<NotifierStatus> {
      const stored = await store.get(KEY);
      assert.ok(stored !== undefined && !isUnreadable(stored));
      const decoded = decodeObject(stored);
      assert.ok('object' in decoded && decoded.object.kind === 'Notifier');
      return decoded.object.status ?? { conditions: [] };
    },
  };
  await rig.pass();
  return rig;
}

/** What the conditions of the builder say; without a reason it is well. */
async function builder(rig: Awaited<ReturnType<typeof start>>, reason?: string) {
  const found = await rig.store.get('Agent/builder');
  const stored =
    found !== undefined && !isUnreadable(found)
      ? found
      : await rig.store.writeSpec({
          ...{ apiVersion: 'ccci.dev/v1alpha1', kind: 'Agent', name: 'builder', expect: 'absent' },
          spec: {
            mode: 'Loop',
            workdir: '/work/builder',
            backend: { type: 'command', command: ['x'] },
            prompt: { inline: 'x' },
          },
        });
  const ready = { type: 'Ready', status: reason === undefined ? 'True' : 'False', reason: reason ?? 'SessionRunning' };
  const conditions = [{ ...ready, message: '', lastTransitionTime: '2026-03-01T10:00:00.000Z' }];
  await rig.store.writeStatus('Agent/builder', { conditions }, stored.versions.status);
}

test('old events are not told by the first look, new ones are told once', async () => {
  const rig = await start();
  await rig.store.addEvents([rig.event()]);
  await rig.settle();
  await rig.settle();
  assert.deepEqual(
    rig.bodies().map(({ sort, about, reason }) => [sort, about, reason]),
    [['Problem', 'Agent/builder', 'CrashLoopBackOff']],
  );
});

test('a storm of 1,000 events becomes one digest that counts them', async () => {
  const rig = await start();
  const storm = Array.from({ length: 1000 }, (_, index) =>
    rig.event({ id: `s${String(index)}`, about: `Agent/a${String(index % 100)}`, reason: `R${String(index)}` }),
  );
  await rig.store.addEvents(storm);
  await rig.settle();
  assert.deepEqual(
    rig.bodies().map(({ sort, count }) => [sort, count]),
    [['Digest', 1000]],
  );
});

test('after single messages the rest of a storm waits for the end of the minute, in one digest', async () => {
  const rig = await start();
  for (let index = 0; index < 300; index += 1) {
    await rig.store.addEvents([rig.event({ id: `t${String(index)}`, reason: `R${String(index)}` })]);
    await rig.settle();
  }
  assert.equal(rig.bodies().length, 5);
  rig.jump(61_000);
  await rig.settle();
  assert.deepEqual(
    rig
      .bodies()
      .slice(5)
      .map(({ sort, count }) => [sort, count]),
    [['Digest', 295]],
  );
});

test('a receiver that fails gets the same message with the same id once it is back', async () => {
  const rig = await start();
  rig.notify.mode = 'Refuses';
  await rig.store.addEvents([rig.event()]);
  await rig.pass();
  const [waiting] = (await rig.status()).outbox ?? [];
  assert.equal(waiting?.attempts, 1);
  await rig.pass();
  assert.equal((await rig.status()).outbox?.[0]?.attempts, 1, 'it is not tried again at once');
  assert.equal((await rig.status()).conditions.find(({ type }) => type === 'Ready')?.reason, 'NotificationRefused');
  rig.notify.mode = 'Works';
  rig.jump(6000);
  await rig.settle();
  assert.deepEqual(
    rig.bodies().map(({ id, attempt }) => [id, attempt]),
    [[waiting.id, 2]],
  );
  assert.equal((await rig.status()).conditions.find(({ type }) => type === 'Ready')?.status, 'True');
});

test('a message that is given up is kept as a dead letter, is one event, and is not told about by itself', async () => {
  const rig = await start();
  await builder(rig, 'CrashLoopBackOff');
  rig.notify.mode = 'Refuses';
  await rig.store.addEvents([rig.event()]);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    await rig.pass();
    rig.jump(11 * 60_000);
  }
  const status = await rig.status();
  assert.equal(status.outbox?.length, 0);
  assert.deepEqual(
    status.deadLetters?.map(({ reason, attempts }) => [reason, attempts]),
    [['CrashLoopBackOff', MAX_ATTEMPTS]],
  );
  rig.notify.mode = 'Works';
  await rig.settle();
  assert.deepEqual(rig.bodies(), []);
  const events = await rig.store.events({ about: KEY });
  assert.equal(events.filter(({ reason }) => reason === 'NotificationGivenUp').length, 1);
});

test('a crash between intent and send sends the same id again', async () => {
  const rig = await start();
  await rig.store.addEvents([rig.event()]);
  const send = rig.notify.send.bind(rig.notify);
  // The process ends right after the send: nothing of the rest of the pass happens.
  let crashed: Promise<never> | undefined;
  rig.notify.send = async (request) => {
    await send(request);
    crashed ??= new Promise<never>(() => undefined);
    return crashed;
  };
  void rig.pass();
  while (rig.notify.sent.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const { operation, cursor } = await rig.status();
  assert.ok(cursor);
  rig.notify.send = send;
  await rig.settle();
  const ids = rig.bodies().map(({ id }) => id);
  assert.deepEqual(ids, [operation?.id, operation?.id]);
});

test('an incident is one message, its updates, and one word that it is over', async () => {
  const rig = await start();
  await builder(rig, 'CrashLoopBackOff');
  for (let minute = 0; minute < 90; minute += 1) {
    await rig.store.addEvents([rig.event()]);
    await rig.settle();
    rig.jump(60_000);
  }
  assert.deepEqual(
    rig.bodies().map(({ sort, count }) => [sort, count]),
    [
      ['Problem', 1],
      ['Update', 60],
    ],
  );
  await builder(rig);
  await rig.settle();
  rig.jump(60_000);
  await rig.settle();
  assert.deepEqual(
    rig
      .bodies()
      .slice(2)
      .map(({ sort }) => sort),
    ['Recovery'],
  );
});

test('a clock that jumps back holds nothing back and repeats nothing', async () => {
  const rig = await start({ ...WEBHOOK, heartbeat: { url: 'http://watch.example/x', every: '5m' } });
  await rig.settle();
  const beats = rig.urls().length;
  rig.jump(-3 * 3_600_000);
  await rig.store.addEvents([rig.event()]);
  await rig.settle();
  assert.equal(rig.urls().length, beats + 2, 'one heartbeat and one message');
  await rig.settle();
  assert.equal(rig.urls().length, beats + 2);
});

test('without progress that the controller watched, heartbeats go to /fail; a jump of the clock is no such time', async () => {
  const heartbeat = { url: 'http://watch.example/x?k=1', every: '5m', requireProgressWithin: '1h' };
  const rig = await start({ ...WEBHOOK, heartbeat });
  await rig.settle();
  rig.jump(48 * 3_600_000);
  await rig.settle();
  assert.deepEqual([...new Set(rig.urls())], ['http://watch.example/x?k=1']);
  for (let beat = 0; beat < 12; beat += 1) {
    rig.jump(5 * 60_000);
    await rig.settle();
  }
  assert.equal(rig.urls().at(-1), 'http://watch.example/x/fail?k=1');
});

test('a crew that a person stopped is announced once, and its heartbeats go on', async () => {
  const heartbeat = { url: 'http://watch.example/x', every: '5m', requireProgressWithin: '10m' };
  const rig = await start({ ...WEBHOOK, heartbeat });
  await rig.settle();
  const stored = await rig.store.writeSpec({
    ...{ apiVersion: 'ccci.dev/v1alpha1', kind: 'Rig', name: 'default', spec: {}, expect: 'absent' },
  });
  const stop = { by: 'ann', at: '2026-03-01T10:00:00.000Z', why: 'lunch' };
  await rig.store.writeOperator('Rig/default', { stop }, stored.versions.operator);
  for (let beat = 0; beat < 6; beat += 1) {
    rig.jump(5 * 60_000);
    await rig.settle();
  }
  assert.deepEqual(
    rig.bodies().flatMap(({ reason, text }) => (reason === undefined ? [] : [[reason, text]])),
    [['CrewStopped', 'ann stopped the crew: lunch']],
  );
  assert.ok(!rig.urls().includes('http://watch.example/x/fail'));
});

test('a receiver that is gone does not hold up the heartbeat', async () => {
  const rig = await start({ ...WEBHOOK, heartbeat: { url: 'http://watch.example/x', every: '5m' } });
  await rig.settle();
  const before = rig.urls().length;
  const send = rig.notify.send.bind(rig.notify);
  rig.notify.send = async (request) => {
    if (request.type === 'Post' && request.url === WEBHOOK.url) throw new Error('gone');
    await send(request);
  };
  await rig.store.addEvents([rig.event()]);
  await rig.pass();
  rig.jump(5 * 60_000);
  await rig.pass();
  await rig.pass();
  assert.deepEqual(rig.urls().slice(before), ['http://watch.example/x']);
});

test('a heartbeat that failed and is wanted no more is no trouble', async () => {
  const rig = await start({ ...WEBHOOK, heartbeat: { url: 'http://watch.example/x', every: '5m' } });
  rig.notify.mode = 'Refuses';
  rig.jump(5 * 60_000);
  await rig.pass();
  await rig.pass();
  const reason = async () => (await rig.status()).conditions.find(({ type }) => type === 'Ready')?.reason;
  assert.equal(await reason(), 'NotificationUnreachable');
  const stored = await rig.store.get(KEY);
  assert.ok(stored !== undefined && !isUnreadable(stored));
  const write = { apiVersion: 'ccci.dev/v1alpha1', kind: 'Notifier', name: 'operator', expect: stored.versions.spec };
  await rig.store.writeSpec({ ...write, spec: WEBHOOK });
  await rig.pass();
  assert.equal(await reason(), 'Ready');
});
