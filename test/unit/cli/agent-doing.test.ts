import assert from 'node:assert/strict';
import { test } from 'node:test';

import { doingOf, doingRows } from '#cli/agent-doing.ts';
import type { StoredObject } from '#store/store.ts';

const NOW_MS = Date.parse('2026-03-01T10:03:00Z');

function agent(state: object | undefined): StoredObject {
  return { status: state === undefined ? {} : { state } } as unknown as StoredObject;
}

const BUSY = { name: 'Busy', evidence: 'UserPromptSubmit', source: 'Both', since: '2026-03-01T10:00:00Z', percent: 40 };

const rows = [
  { state: undefined, says: undefined, reason: 'it was never seen' },
  { state: BUSY, says: 'Busy (context 40%) for 3m', reason: 'with how full its context is' },
  {
    state: { ...BUSY, percent: 0, contradiction: 'its program says Busy, its screen shows Idle' },
    says: 'Busy for 3m, contradicted',
    reason: 'a person should look at it',
  },
  {
    state: { ...BUSY, percent: undefined, name: 'AwaitingInput', dialog: 'Permission' },
    says: 'AwaitingInput (Permission) for 3m',
    reason: 'the dialog is what matters',
  },
];

for (const { state, says, reason } of rows) {
  test(`an agent is said to do "${says ?? 'nothing'}": ${reason}`, () =>
    assert.equal(doingOf(agent(state), NOW_MS), says));
}

test('describe shows the evidence, its age and who gave it', () => {
  const text = doingRows(agent(BUSY), NOW_MS).flat().join(' ');
  assert.match(text, /"UserPromptSubmit", first seen 3m ago; its program and its screen say so/);
});
