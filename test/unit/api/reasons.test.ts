import assert from 'node:assert/strict';
import { test } from 'node:test';

import { agentReasons } from '#api/reasons-agent.ts';
import { commonReasons } from '#api/reasons-common.ts';
import { gateReasons } from '#api/reasons-gate.ts';
import { gitReasons } from '#api/reasons-git.ts';
import { hostReasons } from '#api/reasons-host.ts';
import { machineReasons } from '#api/reasons-machine.ts';
import { notifierReasons } from '#api/reasons-notifier.ts';
import { CONDITION_TYPES, isConditionType, isReason, REASONS } from '#api/reasons.ts';

test('every Reason is one CamelCase word with a meaning and a next step in whole sentences', () => {
  for (const [reason, { meaning, next }] of Object.entries(REASONS)) {
    assert.match(reason, /^[A-Z][A-Za-z0-9]+$/);
    for (const sentence of [meaning, next]) assert.match(sentence, /^[A-Z`].*\.$/, reason);
  }
});

test('no Reason stands in two tables', () => {
  const all = [
    commonReasons,
    agentReasons,
    gateReasons,
    gitReasons,
    machineReasons,
    notifierReasons,
    hostReasons,
  ].flatMap((table) => Object.keys(table));
  assert.deepEqual(all.toSorted(), Object.keys(REASONS).toSorted());
});

test('every condition type has a sentence that says what True means', () => {
  for (const [type, meaning] of Object.entries(CONDITION_TYPES)) {
    assert.match(type, /^[A-Z][A-Za-z]+$/);
    assert.match(meaning, /^[A-Z].*\.$/, type);
  }
});

test('the lists are closed: names of Object are not on them', () => {
  for (const word of ['constructor', 'toString', '__proto__', 'ready']) {
    assert.equal(isReason(word), false, word);
    assert.equal(isConditionType(word), false, word);
  }
});
