import assert from 'node:assert/strict';
import { test } from 'node:test';

import { StatusRecorder } from '#controller/status-recorder.ts';
import { isUnreadable, type JsonObject, type Store, type StoredObject } from '#store/store.ts';
import type { Pass } from '#status/pass.ts';

import { MemoryStore } from '../../fakes/memory-store.ts';

const API_VERSION = 'ccci.dev/v1alpha1';
const TOLD = { key: 'Delivery/claim', status: { takenAt: '2026-01-01T00:00:00.000Z' } };

test('what became of a message is kept although its own record changes just then', async () => {
  const { store, agent } = await makeStore();
  await new StatusRecorder(agent, changedBeforeWrite(store, 1)).finish(PASS, record());
  assert.deepEqual(await statusOf(store), { conditions: [], changes: 1, ...TOLD.status });
});

test('a message whose record never stands still is an error, and not taken for told', async () => {
  const { store, agent } = await makeStore();
  const recorder = new StatusRecorder(agent, changedBeforeWrite(store, 100));
  await assert.rejects(recorder.finish(PASS, record()), /Delivery\/claim/);
});

test('a message that is gone needs no record', async () => {
  const { store, agent } = await makeStore();
  await store.requestDelete(TOLD.key);
  await new StatusRecorder(agent, store).finish(PASS, record());
  assert.equal(await store.get(TOLD.key), undefined);
});

const PASS = { outcomes: [] } as unknown as Pass;

function record() {
  return { status: { conditions: [] }, events: [], others: [TOLD] };
}

async function makeStore(): Promise<{ store: Store; agent: StoredObject }> {
  const store = new MemoryStore();
  const base = { apiVersion: API_VERSION, spec: {}, expect: 'absent' };
  const agent = await store.writeSpec({ ...base, kind: 'Agent', name: 'adversary' });
  await store.writeSpec({ ...base, kind: 'Delivery', name: 'claim' });
  return { store, agent };
}

/** A store in which somebody else writes the message's status just before each of the first writes. */
function changedBeforeWrite(store: Store, times: number): Store {
  let changes = 0;
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name !== 'writeStatus') return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      return async (key: string, status: JsonObject, expect: string) => {
        if (key === TOLD.key && changes < times) {
          changes += 1;
          const now = await target.get(key);
          const version = now === undefined || isUnreadable(now) ? '' : now.versions.status;
          await target.writeStatus(key, { conditions: [], changes }, version);
        }
        return target.writeStatus(key, status, expect);
      };
    },
  });
}

async function statusOf(store: Store): Promise<JsonObject | undefined> {
  const object = await store.get(TOLD.key);
  return object === undefined || isUnreadable(object) ? undefined : object.status;
}
