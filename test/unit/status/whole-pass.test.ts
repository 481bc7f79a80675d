import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { checkStatus } from '#api/check-status.ts';
import { findCondition } from '#api/conditions.ts';
import { reconcile } from '#controller/reconcile.ts';
import { isUnreadable, type JsonObject, type StoredObject } from '#store/store.ts';

import type { MemoryStore } from '../../fakes/memory-store.ts';
import { agentOf, objectOf } from '../../support/plan-input.ts';
import { makeWorld } from '../../support/world-in-memory.ts';

describe('a plan that breaks a rule', () => {
  test('is a wait that a person sees, and nothing of it is carried out', async () => {
    const { store, host, tools } = await makeWorld();
    await put(store, agentOf());
    // An answer without words makes a plan without a reason, which rule 7 refuses.
    host.tmuxFailure = '';
    const { plan, outcomes, requeueAfterMs } = await reconcile('Agent/builder', tools);
    assert.deepEqual([plan?.actions, outcomes], [[], []]);
    assert.equal(plan?.waiting[0]?.reason, 'PlanRefused');
    assert.ok(requeueAfterMs !== undefined, 'it is planned anew without anybody calling');
    const object = await objectAt(store, 'Agent/builder');
    const conditions = (object.status?.['conditions'] ?? []) as Parameters<typeof findCondition>[0];
    const ready = findCondition(conditions, 'Ready');
    assert.deepEqual([ready?.status, ready?.reason], ['False', 'PlanRefused']);
    assert.match(ready?.message ?? '', /breaks rule 7/);
    assert.equal(findCondition(conditions, 'Stalled')?.status, 'True');
    const { metadata, status } = object as unknown as Parameters<typeof checkStatus>[0];
    assert.deepEqual(checkStatus({ metadata, status }), []);
    const events = await store.events({ about: 'Agent/builder' });
    assert.ok(
      events.some(({ type, reason }) => type === 'Warning' && reason === 'PlanRefused'),
      JSON.stringify(events),
    );
  });

  test('is forgotten once a lawful one can be made', async () => {
    const { store, host, tools } = await makeWorld();
    await put(store, agentOf());
    host.tmuxFailure = '';
    await reconcile('Agent/builder', tools);
    host.tmuxFailure = 'no answer within 5 s';
    await reconcile('Agent/builder', tools);
    const { status } = await objectAt(store, 'Agent/builder');
    const conditions = (status?.['conditions'] ?? []) as Parameters<typeof findCondition>[0];
    assert.equal(findCondition(conditions, 'Ready')?.reason, 'TmuxUnreachable');
  });
});

describe('what the store can not read', () => {
  test('leaves its sequence where it was', async () => {
    const { store, tools } = await makeWorld();
    const before = await putSequence(store);
    store.breakRecord('Phase/second', 'not JSON');
    await reconcile('Sequence/main', tools);
    const { status } = await objectAt(store, 'Sequence/main');
    assert.deepEqual([status?.['phases'], status?.['currentPhase']], [before.phases, before.currentPhase]);
    assert.equal(status?.['completedAt'], undefined, 'and it is not complete');
    const conditions = (status?.['conditions'] ?? []) as Parameters<typeof findCondition>[0];
    assert.equal(findCondition(conditions, 'Ready')?.reason, 'Unreadable');
  });

  test('starts no agent while it is the rig', async () => {
    const { store, host, tools } = await makeWorld();
    await put(store, agentOf());
    await put(store, objectOf('Rig', { name: 'default' }));
    store.breakRecord('Rig/default', 'not JSON');
    for (let pass = 0; pass < 3; pass += 1) await reconcile('Agent/builder', tools);
    assert.equal(host.session('builder'), undefined);
  });
});

/** Stores an object as `apply` and earlier passes would have left it. */
async function put(
  store: MemoryStore,
  object: { kind: string; metadata: { name: string }; spec: object; status?: unknown },
) {
  const { kind, metadata, spec, status } = object;
  const made = await store.writeSpec({
    apiVersion: 'ccci.dev/v1alpha1',
    kind,
    name: metadata.name,
    spec: toJson(spec),
    expect: 'absent',
  });
  if (status !== undefined)
    await store.writeStatus(`${kind}/${metadata.name}`, toJson(status as object), made.versions.status);
}

/** A sequence whose second phase of three is open; answers its status. */
async function putSequence(store: MemoryStore): Promise<{ phases: readonly object[]; currentPhase: string }> {
  const repository = objectOf('Repository', {
    name: 'x',
    spec: { url: 'https://git.example.org/x.git' },
    status: { commit: 'c1' },
  });
  const names = ['first', 'second', 'third'];
  for (const [order, id] of names.entries()) {
    const spec = { order, id, plan: 'p.md', repositoryRef: { name: 'x' } };
    await put(store, objectOf('Phase', { name: id, spec, status: { verdictState: 'Open', verdictCommit: 'c1' } }));
  }
  const states = ['Done', 'Current', 'Pending'];
  const phases = names.map((name, index) => ({ name, id: name, state: states[index] ?? '' }));
  const status = { observedCommit: 'c1', currentPhase: 'second', phases };
  await put(store, repository);
  await put(store, objectOf('Sequence', { name: 'main', status }));
  return status;
}

async function objectAt(store: MemoryStore, key: string): Promise<StoredObject> {
  const object = await store.get(key);
  if (object === undefined || isUnreadable(object)) throw new Error(`the store of the test has no readable ${key}`);
  return object;
}

function toJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
