import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { StatusRecorder } from '#controller/status-recorder.ts';
import type { Pass } from '#status/pass.ts';
import type { StoredObject } from '#store/store.ts';

import { MemoryStore } from '../../fakes/memory-store.ts';
import { agentOf, NOW_MS, seenOf } from '../../support/plan-input.ts';

const PASS: Pass = {
  object: agentOf(),
  seen: seenOf(),
  plan: { key: 'Agent/builder', actions: [], waiting: [] },
  outcomes: [],
  moment: { wallMs: NOW_MS, id: 'x' },
};

async function begin() {
  const writes: string[] = [];
  const store = new MemoryStore({
    onWrite: (when, { operation }) => void (when === 'after' && writes.push(operation)),
  });
  const key = { kind: 'Agent', name: 'builder' };
  const record: StoredObject = await store.writeSpec({ ...key, apiVersion: 'v', spec: {}, expect: 'absent' });
  writes.length = 0;
  return { store, writes, recorder: new StatusRecorder(record, store), record };
}

describe('writing a status', () => {
  test('nothing is written when nothing changed', async () => {
    const { store, writes, recorder } = await begin();
    const status = { conditions: [], incarnation: 'a' };
    await recorder.finish(PASS, { status, events: [], others: [] });
    await recorder.finish(PASS, { status: { ...status, session: undefined }, events: [], others: [] });
    assert.deepEqual(writes, ['writeStatus']);
    assert.deepEqual(recorder.changed, ['Agent/builder']);
    const stored = (await store.get('Agent/builder')) as StoredObject;
    assert.deepEqual(stored.status, { conditions: [], incarnation: 'a' });
  });

  test('an intent is on disk before the act, and the summary builds on it', async () => {
    const { store, recorder } = await begin();
    const intent = { conditions: [], incarnation: 'intended' };
    await recorder.write(intent);
    assert.deepEqual(((await store.get('Agent/builder')) as StoredObject).status, intent);
    assert.equal(recorder.withStatus(agentOf()).status, intent);
  });

  test('events are written before the status, so that none is lost', async () => {
    const { writes, recorder } = await begin();
    const event = {
      id: 'e',
      about: 'Agent/builder',
      type: 'Normal',
      reason: 'Running',
      message: 'm',
      at: 't',
      count: 1,
    } as const;
    await recorder.finish(PASS, { status: { conditions: [] }, events: [event], others: [] });
    assert.deepEqual(writes, ['addEvents', 'writeStatus']);
  });

  test('a status that somebody else wrote meanwhile is not overwritten', async () => {
    const { store, recorder, record } = await begin();
    await store.writeStatus('Agent/builder', { conditions: [], incarnation: 'theirs' }, record.versions.status);
    await assert.rejects(recorder.finish(PASS, { status: { conditions: [] }, events: [], others: [] }), {
      name: 'ConflictError',
    });
  });
});
