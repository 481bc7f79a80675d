import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { dependentsOf } from '#controller/dependents.ts';
import { ObjectSet } from '#observe/object-set.ts';

import { agentOf, objectOf } from '../../support/plan-input.ts';

const CAUSE = { kind: 'Claim', sha: 'a', gate: 'handoff' };
const MESSAGE = {
  agentRef: { name: 'builder' },
  nonce: 'n',
  cause: CAUSE,
  text: 't',
  createdAt: '2026-03-01T10:00:00Z',
};
const SERVER = { server: { socket: '/run/x' }, image: { alias: 'base' } };

const OBJECTS = new ObjectSet([
  objectOf('Repository', { name: 'x', spec: { url: 'https://git.example.org/x.git' } }),
  objectOf('Gate', { name: 'handoff', spec: { repositoryRef: { name: 'x' }, claimant: 'builder', verifier: 'other' } }),
  objectOf('Phase', { name: 'p1', spec: { order: 1, repositoryRef: { name: 'x' }, requiredGates: ['handoff'] } }),
  objectOf('Sequence', { name: 'main' }),
  objectOf('VirtualMachine', { name: 'vm', spec: SERVER }),
  agentOf({
    spec: { repositoryRef: { name: 'x' }, sequence: 'main', dependsOn: [{ kind: 'VirtualMachine', name: 'vm' }] },
  }),
  objectOf('Delivery', { name: 'd1', spec: MESSAGE }),
  objectOf('Rig', { name: 'default' }),
]);

const rows: readonly { key: string; reason: string; wakes: readonly string[] }[] = [
  {
    key: 'Repository/x',
    reason: 'everything derives from its commit',
    wakes: ['Agent/builder', 'Gate/handoff', 'Phase/p1'],
  },
  { key: 'Gate/handoff', reason: 'a phase waits for its gates', wakes: ['Phase/p1'] },
  { key: 'Phase/p1', reason: 'its sequence says which one is open', wakes: ['Sequence/main'] },
  {
    key: 'Sequence/main',
    reason: 'the open phase opens windows and starts agents',
    wakes: ['Agent/builder', 'Gate/handoff', 'Phase/p1'],
  },
  { key: 'VirtualMachine/vm', reason: 'a start may wait for it', wakes: ['Agent/builder'] },
  { key: 'Delivery/d1', reason: 'one types it, the other made it', wakes: ['Agent/builder', 'Gate/handoff'] },
  { key: 'Rig/default', reason: 'a stop is for every agent', wakes: ['Agent/builder'] },
  { key: 'Agent/builder', reason: 'a gate needs both of its agents', wakes: ['Gate/handoff'] },
  { key: 'Agent/gone', reason: 'nobody names it', wakes: [] },
  { key: 'Agent/other', reason: 'one that is not there yet is named all the same', wakes: ['Gate/handoff'] },
];

describe('who is looked at when something changes', () => {
  for (const { key, reason, wakes } of rows) {
    test(key, () => assert.deepEqual(dependentsOf(key, OBJECTS).toSorted(), [...wakes], reason));
  }
});
