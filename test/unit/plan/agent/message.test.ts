import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { composeMessage } from '#plan/agent/message.ts';

import { objectOf } from '../../../support/plan-input.ts';

function deliveryOf(text: string) {
  const cause = { kind: 'Ping' };
  const spec = { agentRef: { name: 'builder' }, nonce: 'n', cause, text: 'x', createdAt: '2026-03-01T10:00:00.000Z' };
  const delivery = objectOf('Delivery', { spec });
  return { ...delivery, spec: { ...delivery.spec, text } };
}

test('one thing is said as it is, several with their number', () => {
  assert.equal(composeMessage([deliveryOf('Look.')], 'n1'), '[ccci n1] Look.');
  assert.equal(composeMessage([deliveryOf('A.'), deliveryOf('B.')], 'n1'), '[ccci n1] 2 things wait for you: A. | B.');
});

test('whatever a message holds, it is one line that presses no key, begins with its nonce, and is not endless', () => {
  const texts = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constant('\u001b[200~\n\u0003'.repeat(900))), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(texts, (list) => {
      const message = composeMessage(list.map(deliveryOf), 'n1');
      assert.match(message, /^\[ccci n1\]/);
      assert.doesNotMatch(message, /[\p{Cc}\u2028\u2029]/u);
      assert.ok(message.length <= 4000);
    }),
  );
});
