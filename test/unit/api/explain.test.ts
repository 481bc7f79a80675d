import assert from 'node:assert/strict';
import { test } from 'node:test';

import { explain } from '#api/explain.ts';
import { KIND_ORDER } from '#api/kind.ts';
import { REASONS } from '#api/reasons.ts';

test('a field is explained with its type, its default and the fields below it', () => {
  const found = explain('agent.spec.liveness');
  assert.ok(found.what === 'Field');
  assert.equal(found.field.description, 'How a stalled agent is recognised.');
  assert.deepEqual(found.fields[0], {
    name: 'stallAfter',
    type: 'duration',
    required: false,
    default: '5m',
    description: 'Idle this long without a declared wait counts as stalled.',
  });
});

const fields = [
  { path: 'vm', type: 'object', reason: 'a kind by its short name' },
  { path: 'agents.spec.backend.type', type: 'claude | codex | opencode | gemini | command', reason: 'allowed words' },
  { path: 'phase.spec.order', type: 'whole number', reason: 'a number' },
  { path: 'vm.spec.config', type: 'map of names to text', reason: 'a map' },
  { path: 'vm.spec.probes', type: 'list of object', reason: 'a list' },
  { path: 'vm.spec.probes.period', type: 'duration', reason: 'a field of the items of a list' },
  { path: 'phase.spec.requiredGates', type: 'list of name', reason: 'a list of names' },
  { path: 'agent.status.restarts.count', type: 'whole number', reason: 'the status is explained too' },
  { path: 'agent.metadata.labels', type: 'map of names to text', reason: 'and the metadata' },
];

for (const { path, type, reason } of fields) {
  test(`the type of ${path} is for people: ${reason}`, () => {
    const found = explain(path);
    assert.equal(found.what === 'Field' ? found.field.type : found.what, type);
  });
}

test('every kind is explained down to its fields', () => {
  for (const kind of KIND_ORDER) {
    const found = explain(kind);
    assert.ok(found.what === 'Field' && found.field.description !== '', kind);
    assert.deepEqual(
      found.fields.map(({ name }) => name),
      ['metadata', 'spec', 'status'],
    );
  }
});

test('a required field and one that this version refuses are shown as such', () => {
  const found = explain('agent.spec');
  assert.ok(found.what === 'Field');
  const byName = new Map(found.fields.map((field) => [field.name, field]));
  assert.equal(byName.get('workdir')?.required, true);
  assert.equal(byName.get('sequence')?.required, false);
  assert.match(byName.get('may')?.notSupported ?? '', /^not supported in this version/);
});

test('a reason is explained with its next step, a condition with what True means', () => {
  assert.deepEqual(explain('GateNotPassed'), { what: 'Reason', name: 'GateNotPassed', ...REASONS.GateNotPassed });
  assert.equal(explain('Reconciling').what, 'ConditionType');
});

const missing = [
  {
    text: 'agent.spec.livenes',
    message: 'agent.spec has no field "livenes"',
    suggestion: 'did you mean "agent.spec.liveness"?',
    reason: 'the whole path can be typed again',
  },
  {
    text: 'GateNotPased',
    message: 'there is no kind, reason or condition "GateNotPased"',
    suggestion: 'did you mean "GateNotPassed"?',
    reason: 'a reason with a typing mistake',
  },
  {
    text: 'agnt.spec',
    message: 'there is no kind, reason or condition "agnt.spec"',
    suggestion: 'did you mean "agent"?',
    reason: 'a kind',
  },
];

for (const { text, message, suggestion, reason } of missing) {
  test(`what does not exist leads to what was meant: ${reason}`, () => {
    assert.deepEqual(explain(text), { what: 'NotFound', message, suggestion });
  });
}
