import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Controller } from '#controller/controller.ts';
import { beat } from '#controller/heartbeat.ts';
import type { ReconcileTools } from '#controller/reconcile.ts';
import { ObjectSet } from '#observe/object-set.ts';

import { FakeClock, settle } from '../../fakes/fake-clock.ts';

const EMPTY = { objects: new ObjectSet([]), stored: new Map(), unreadable: new Map() };

function controllerThat(load: () => Promise<typeof EMPTY>, clock: FakeClock): Controller {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };
  return new Controller({ tools: { load } as unknown as ReconcileTools, clock, random: () => 0.5, log });
}

function beating(controller: Controller, clock: FakeClock): { count: number } {
  const told = { count: 0 };
  const tell = async () => void (told.count += 1);
  void beat({ clock, periodMs: 20_000, through: () => controller.beat(), tell }, new AbortController().signal);
  return told;
}

test('a loop that works is told of at every beat', async () => {
  const clock = new FakeClock();
  const told = beating(
    controllerThat(async () => EMPTY, clock),
    clock,
  );
  for (let count = 1; count <= 3; count += 1) {
    await settle();
    assert.equal(told.count, count);
    await clock.advance(20_000);
  }
});

test('a loop whose workers all hang is not told of any more', async () => {
  const clock = new FakeClock();
  const controller = controllerThat(() => new Promise(() => undefined), clock);
  controller.enqueue(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => `Agent/${name}`));
  const told = beating(controller, clock);
  await clock.advance(60_000);
  await settle();
  assert.equal(told.count, 0);
});

test('one look at an agent that does not end is enough to fall silent after ten minutes', async () => {
  const clock = new FakeClock();
  const controller = controllerThat(() => new Promise(() => undefined), clock);
  controller.enqueue(['Agent/a']);
  const told = beating(controller, clock);
  await settle();
  for (let count = 0; count < 28; count += 1) {
    await clock.advance(20_000);
    await settle();
  }
  const before = told.count;
  assert.ok(before >= 28, 'nine minutes are borne');
  for (let count = 0; count < 6; count += 1) {
    await clock.advance(20_000);
    await settle();
  }
  assert.ok(told.count <= before + 2, 'after ten minutes nothing is told');
});

test('a repository that hangs silences nobody', async () => {
  const clock = new FakeClock();
  const controller = controllerThat(() => new Promise(() => undefined), clock);
  controller.enqueue(['Repository/a', 'Repository/b', 'Repository/c', 'Repository/d']);
  const told = beating(controller, clock);
  for (let count = 0; count < 40; count += 1) {
    await settle();
    await clock.advance(20_000);
  }
  assert.ok(told.count >= 40);
});
