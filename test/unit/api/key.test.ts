import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatKey, parseKey, renderKey, splitKey } from '#api/key.ts';
import { KIND_ORDER, KINDS, kindWords, MANIFEST_KINDS, parseKindName } from '#api/kind.ts';

const rows = [
  { text: 'agent/builder', want: 'Agent/builder', reason: 'lower case' },
  { text: 'agents/builder', want: 'Agent/builder', reason: 'the plural, as kubectl takes it' },
  { text: 'vm/cc-nix-test', want: 'VirtualMachine/cc-nix-test', reason: 'a short name' },
  { text: 'repo/cc-ci', want: 'Repository/cc-ci', reason: 'another short name' },
  { text: 'Phase/1c', want: 'Phase/1c', reason: 'a key as objects are stored' },
  { text: 'gates.ccci.dev/handoff', want: 'Gate/handoff', reason: 'with the group' },
  { text: 'builder', want: undefined, reason: 'the kind is missing' },
  { text: 'agent/', want: undefined, reason: 'the name is missing' },
  { text: 'pod/x', want: undefined, reason: 'there is no such kind' },
  { text: 'agent/a/b', want: undefined, reason: 'too many parts' },
];

test('a key is found in what people type', () => {
  for (const { text, want, reason } of rows) assert.equal(parseKey(text), want, reason);
});

test('a key is split into what it was made of, and shown in lower case', () => {
  assert.deepEqual(splitKey(formatKey('AgentRun', 'x')), { kind: 'AgentRun', name: 'x' });
  assert.equal(renderKey('VirtualMachine/cc'), 'virtualmachine/cc');
});

test('text that is no key is refused with what a key looks like', () => {
  for (const text of ['agent/builder', 'Agent', 'Agent/', 'Agent/a/b', '']) {
    assert.throws(() => splitKey(text), /must be Kind\/name, such as Agent\/builder$/, text);
  }
});

test('no two kinds share a word', () => {
  const words = KIND_ORDER.flatMap(kindWords);
  assert.equal(new Set(words).size, words.length);
  for (const kind of KIND_ORDER)
    for (const word of kindWords(kind)) assert.equal(parseKindName(word.toUpperCase()), kind);
});

test('kinds are handed on in the order of their numbers', () => {
  assert.deepEqual(
    KIND_ORDER.map((kind) => KINDS[kind].order),
    KIND_ORDER.map((_, index) => index),
  );
  assert.deepEqual(
    KIND_ORDER.slice(0, 9).join(' '),
    'Repository Gate Phase Sequence Account VirtualMachine Agent AgentRun Notifier',
  );
});

test('manifests declare the seven kinds that people write', () => {
  assert.deepEqual(MANIFEST_KINDS.toSorted(), [
    'Agent',
    'AgentRun',
    'Gate',
    'Notifier',
    'Phase',
    'Repository',
    'VirtualMachine',
  ]);
});
