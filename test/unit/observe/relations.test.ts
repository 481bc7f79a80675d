import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ObjectSet } from '#observe/object-set.ts';
import { relationsOf } from '#observe/relations.ts';

import { agentOf, NOW_MS, objectOf } from '../../support/plan-input.ts';

const GATE = objectOf('Gate', {
  name: 'handoff',
  spec: { repositoryRef: { name: 'x' }, claimant: 'builder', verifier: 'adversary' },
});

function delivery(name: string, gate?: string) {
  const cause = gate === undefined ? { kind: 'Ping' } : { kind: 'Claim', gate };
  const createdAt = new Date(NOW_MS).toISOString();
  return objectOf('Delivery', {
    name,
    spec: { agentRef: { name: 'builder' }, nonce: 'n', cause, text: 'x', createdAt },
  });
}

describe('an agent is told', () => {
  const messages = [delivery('claim', 'handoff'), delivery('ping')];
  const toldOf = (objects: ObjectSet) =>
    relationsOf(agentOf(), objects, NOW_MS).deliveries.map(({ metadata }) => metadata.name);

  test('what its gates and persons have for it', () =>
    assert.deepEqual(toldOf(new ObjectSet([GATE, ...messages])), ['claim', 'ping']));

  test('nothing of a gate that a person has deleted', () =>
    assert.deepEqual(toldOf(new ObjectSet(messages)), ['ping']));

  test('what a gate has for it that can not be read: it is not gone', () =>
    assert.deepEqual(toldOf(new ObjectSet(messages, ['Gate/handoff'])), ['claim', 'ping']));
});
