import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Controller } from '#controller/controller.ts';
import type { ReconcileTools } from '#controller/reconcile.ts';
import { ObjectSet } from '#observe/object-set.ts';

import { FakeClock, settle } from '../../fakes/fake-clock.ts';

test('Who is told to look many times a second looks at once, and then once a second', async () => {
  const clock = new FakeClock();
  let looks = 0;
  const load = async () => {
    looks += 1;
    return { objects: new ObjectSet([]), stored: new Map(), unreadable: new Map() };
  };
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };
  const controller = new Controller({ tools: { load } as unknown as ReconcileTools, clock, random: () => 0.5, log });
  controller.hint(['Agent/a']);
  await settle();
  assert.equal(looks, 1, 'the first hint is followed at once');
  for (let count = 0; count < 15; count += 1) {
    controller.hint(['Agent/a']);
    await clock.advance(200);
    await settle();
  }
  assert.equal(looks, 4, 'three seconds of hints are three more looks');
  controller.enqueue(['Agent/a']);
  await settle();
  assert.equal(looks, 5, 'a change of its own is not held up by hints');
  await controller.close();
});
