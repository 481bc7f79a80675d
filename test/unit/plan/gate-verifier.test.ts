import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { DeliveryObject } from '#api/delivery.ts';
import { planGate } from '#plan/plan-gate.ts';

import { gateSeenOf } from '../../support/gate-input.ts';
import { commitsOf, NOW_MS, objectOf } from '../../support/plan-input.ts';

const COMMITS = commitsOf(['claim(api): it serves']);

test('another verifier is told of a claim that the former one was told of', () => {
  const told = createdBy('adversary', []);
  assert.deepEqual(addressees(told), ['adversary']);
  const anew = createdBy('auditor', told);
  assert.deepEqual(addressees(anew), ['auditor']);
  assert.deepEqual(addressees(createdBy('auditor', [...told, ...anew])), [], 'and is told once');
});

test('what the former verifier was told is settled when another one has to answer', () => {
  const told = createdBy('adversary', []);
  const settles = plan('auditor', told).flatMap((action) => (action.type === 'SettleDelivery' ? [action.name] : []));
  assert.deepEqual(
    settles,
    told.map(({ metadata }) => metadata.name),
  );
});

test('gates whose long names begin alike tell their verifiers apart', () => {
  const names = ['one', 'two'].flatMap((end) => {
    const name = `handoff-of-everything-that-was-ever-claimed-${end}`;
    return createdBy('adversary', [], name).map(({ metadata }) => metadata.name);
  });
  assert.equal(new Set(names).size, 2, names.join(' '));
  assert.ok(names.every((name) => name.length <= 63));
});

function addressees(deliveries: readonly DeliveryObject[]): readonly string[] {
  return deliveries.map(({ spec }) => spec.agentRef.name);
}

function createdBy(verifier: string, deliveries: readonly DeliveryObject[], name?: string): readonly DeliveryObject[] {
  return plan(verifier, deliveries, name).flatMap((action) =>
    action.type === 'CreateDelivery' ? [objectOf('Delivery', { name: action.name, spec: action.spec })] : [],
  );
}

function plan(verifier: string, deliveries: readonly DeliveryObject[], name = 'handoff') {
  const gate = objectOf('Gate', { name, spec: { repositoryRef: { name: 'x' }, claimant: 'builder', verifier } });
  return planGate(gate, gateSeenOf(COMMITS, { deliveries }), { wallMs: NOW_MS, id: 'id1' }).actions;
}
