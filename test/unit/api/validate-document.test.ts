import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MANIFEST_KINDS } from '#api/kind.ts';
import { validateManifest } from '#api/validate.ts';

import { FULLEST, manifest, mistakesOf, SMALLEST } from './sample-manifests.ts';

const samples = [...Object.entries(SMALLEST), ...Object.entries(FULLEST)].map(([kind, spec]) => ({
  kind: MANIFEST_KINDS.find((name) => name === kind) ?? 'Agent',
  spec,
}));

test('the smallest and the fullest manifest of every kind are valid, and are handed back as they were written', () => {
  for (const { kind, spec } of samples) {
    const raw = manifest(kind, spec);
    assert.deepEqual(validateManifest(raw), { object: raw }, kind);
  }
});

test('what belongs to the store is ignored, so that the output of get can be applied', () => {
  const raw = manifest('Agent', SMALLEST.Agent);
  const printed = {
    ...raw,
    metadata: {
      ...raw.metadata,
      uid: 'u',
      generation: 3,
      resourceVersion: '7',
      creationTimestamp: 'x',
      finalizers: ['a'],
    },
    status: { conditions: [] },
    operator: {},
  };
  assert.deepEqual(validateManifest(printed), { object: raw });
});

const documents: readonly { reason: string; raw: unknown; want: readonly string[] }[] = [
  { reason: 'not a map', raw: ['x'], want: [': must be a map with apiVersion, kind, metadata and spec'] },
  {
    reason: 'an empty map misses everything',
    raw: {},
    want: [
      'apiVersion: must be ccci.dev/v1alpha1; write apiVersion: ccci.dev/v1alpha1',
      'kind: must be one of Repository, Gate, Phase, VirtualMachine, Agent, AgentRun, Notifier',
      'metadata: must be set: a map with a name',
    ],
  },
  {
    reason: 'a kind in lower case is recognised',
    raw: { ...manifest('Agent', SMALLEST.Agent), kind: 'vm' },
    want: [
      'kind: must be one of Repository, Gate, Phase, VirtualMachine, Agent, AgentRun, Notifier, not "vm"; did you mean "VirtualMachine"?',
    ],
  },
  {
    reason: 'a kind that the controller makes',
    raw: manifest('Sequence', {}),
    want: ['kind: must be a kind that manifests declare; Sequence objects are made by the controller'],
  },
  {
    reason: 'a part that does not exist',
    raw: { ...manifest('Agent', SMALLEST.Agent), specs: {} },
    want: ['specs: must be a known field: apiVersion, kind, metadata, spec; did you mean "spec"?'],
  },
  {
    reason: 'a name that is no DNS label',
    raw: manifest('Agent', SMALLEST.Agent, 'My_Agent'),
    want: [
      'metadata.name: must be a name of lower-case letters, digits and dashes, at most 63 characters, that begins and ends with a letter or digit, not "My_Agent"',
    ],
  },
  {
    reason: 'the spec is missing',
    raw: { ...manifest('Agent', {}), spec: undefined },
    want: ['spec: must be set: a map of fields'],
  },
  {
    reason: 'keys that change objects',
    raw: JSON.parse('{"__proto__": {"a": 1}, "kind": "Agent", "spec": {"env": [{"constructor": 1}]}}'),
    want: ['__proto__: must not be named "__proto__"', 'spec.env.0.constructor: must not be named "constructor"'],
  },
];

for (const { reason, raw, want } of documents) {
  test(`a document is refused with the exact mistake: ${reason}`, () => {
    assert.deepEqual(mistakesOf(raw), want);
  });
}
