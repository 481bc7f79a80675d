import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readGates } from '#cli/read-gates.ts';

import { MemoryStore } from '../../fakes/memory-store.ts';

const AT = '2026-03-01T10:00:00.000Z';

test('a claim is overdue by its own wait, not because another one of the gate is', async () => {
  const store = new MemoryStore();
  const spec = { repositoryRef: { name: 'x' }, claimant: 'builder', verifier: 'adversary', verdictWithin: '1m' };
  const made = { apiVersion: 'ccci.dev/v1alpha1', kind: 'Gate', name: 'handoff', expect: 'absent', spec };
  const { versions } = await store.writeSpec(made);
  const scope = (name: string, waitedMs: number) => ({
    ...{ scope: name, state: 'Claimed', awaits: 'Verdict' },
    wait: { since: AT, waitedMs, countedAt: AT },
  });
  const late = {
    type: 'VerdictOverdue',
    status: 'True',
    reason: 'VerdictOverdue',
    message: '',
    lastTransitionTime: AT,
  };
  const status = { conditions: [late], scopes: [scope('new', 1000), scope('old', 120_000)] };
  await store.writeStatus('Gate/handoff', status, versions.status);
  const [gate] = await readGates(store, Date.parse(AT));
  assert.deepEqual(
    gate?.scopes.map(({ scope: name, isOverdue }) => [name, isOverdue]),
    [
      ['new', false],
      ['old', true],
    ],
  );
});
