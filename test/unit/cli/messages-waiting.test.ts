import assert from 'node:assert/strict';
import { test } from 'node:test';

import { messagesWaiting } from '#cli/messages-waiting.ts';
import type { StoredObject } from '#store/store.ts';

const NOW_MS = Date.parse('2026-03-01T10:00:00Z');

test('status says how many messages wait, for how long and for what', () => {
  for (const { messages, says } of [
    {
      messages: { waiting: 2, since: '2026-03-01T09:56:00Z', reason: 'SomebodyTyping' },
      says: '2 messages wait for 4m: SomebodyTyping',
    },
    {
      messages: { waiting: 1, since: '2026-03-01T09:59:50Z', reason: 'AwaitingInput' },
      says: '1 message waits for 10s: AwaitingInput',
    },
    { messages: undefined, says: undefined },
  ]) {
    // Only the status is looked at.
    const agent = { status: messages === undefined ? {} : { messages } } as unknown as StoredObject;
    assert.equal(messagesWaiting(agent, NOW_MS), says);
  }
});
