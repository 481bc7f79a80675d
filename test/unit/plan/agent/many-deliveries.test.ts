import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import type { DeliveryObject } from '#api/delivery.ts';
import { known } from '#api/fact.ts';
import { deliver } from '#plan/agent/deliver.ts';

import { agentOf, caseOf, NOW_MS, objectOf, paneOf, processOf, seenOf } from '../../../support/plan-input.ts';

const AT = new Date(NOW_MS).toISOString();
const LONGEST_MESSAGE = 4000;

test('thirty long deliveries are told in several messages, and none is lost', () => {
  const { messages, told } = tellAll(Array.from({ length: 30 }, () => 200));
  assert.ok(messages.length > 1, 'they do not fit into one');
  assert.deepEqual(
    told,
    Array.from({ length: 30 }, (_text, index) => `d${String(index)}`),
  );
});

test('every delivery is told once and whole, however long and however many there are', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 3900 }), { minLength: 1, maxLength: 40 }), (lengths) => {
      const { messages, told } = tellAll(lengths);
      assert.deepEqual(
        told,
        lengths.map((_length, index) => `d${String(index)}`),
      );
      assert.ok(messages.every((text) => text.length <= LONGEST_MESSAGE));
    }),
    { numRuns: 50 },
  );
});

/** Types until nothing is due; each message is taken. Fails when a message names a delivery that it does not tell whole. */
function tellAll(lengths: readonly number[]): { messages: readonly string[]; told: readonly string[] } {
  let open = lengths.map((length, index) => deliveryOf(index, length));
  const messages: string[] = [];
  const told: string[] = [];
  for (let pass = 0; pass <= lengths.length; pass += 1) {
    const action = next(open);
    if (action === undefined) break;
    messages.push(action.text);
    told.push(...action.deliveries);
    for (const { metadata, spec } of open)
      if (action.deliveries.includes(metadata.name)) assert.ok(action.text.includes(spec.text), metadata.name);
    open = open.map((delivery) => (action.deliveries.includes(delivery.metadata.name) ? taken(delivery) : delivery));
  }
  return { messages, told };
}

function next(deliveries: readonly DeliveryObject[]) {
  const seen = seenOf({
    pane: paneOf(),
    process: known(processOf()),
    screenState: { state: 'Idle', box: 'Empty', evidence: '' },
    related: { deliveries },
  });
  return deliver(caseOf(agentOf(), seen))?.actions.find((action) => action.type === 'TypeMessage');
}

function deliveryOf(index: number, length: number): DeliveryObject {
  // Told apart at both ends, so that a text that was cut is not taken for a whole one.
  const text = `<${String(index)}:${'x'.repeat(length)}:${String(index)}>`;
  const cause = { kind: 'Claim', sha: 'a'.repeat(40), gate: 'handoff' };
  const spec = { agentRef: { name: 'builder' }, nonce: 'n', cause, text, createdAt: AT };
  return objectOf('Delivery', { name: `d${String(index)}`, spec });
}

function taken(delivery: DeliveryObject): DeliveryObject {
  return { ...delivery, status: { conditions: [], attempts: 1, takenAt: AT, takenIncarnation: 'inc1' } };
}
