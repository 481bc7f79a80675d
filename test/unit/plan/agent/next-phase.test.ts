import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { known } from '#api/fact.ts';
import { otherPhase, turnLeftMs } from '#plan/agent/next-phase.ts';

import { agentOf, caseOf, NOW_MS, paneOf, processOf, seenOf } from '../../../support/plan-input.ts';
import { phaseOf, sequenceOf } from '../phase/phase-input.ts';

const BY = { by: 'root', at: '2026-03-01T09:00:00.000Z' };
const LAUNCH = { version: 1, argv: [], cwd: '/', promptHash: 'p', envNames: {}, backend: 'command', phaseId: '1' };

function caseAt(entries: Parameters<typeof sequenceOf>[0], status: object = {}) {
  const agent = agentOf({ spec: { sequence: 'main' }, status: { incarnation: 'inc1', launch: LAUNCH, ...status } });
  const related = { sequence: sequenceOf(entries), phases: [phaseOf('1'), phaseOf('2')] };
  return caseOf(agent, seenOf({ pane: paneOf(), process: known(processOf()), related }));
}

describe('an agent is told why it gets the prompt of another phase:', () => {
  for (const { entries, says, reason } of [
    {
      entries: [
        { name: 'p1', state: 'Done' },
        { name: 'p2', state: 'Current' },
      ],
      says: 'phase "1" is over; phase "2" is open',
      reason: 'its phase is done',
    },
    {
      entries: [
        { name: 'p2', state: 'Current' },
        { name: 'p1', state: 'Pending' },
      ],
      says: 'phase "2" comes first; phase "1" waits for it',
      reason: 'another phase was put before it',
    },
    {
      entries: [{ name: 'p2', state: 'Current', ...{ reopenedBy: { ...BY, why: 'it broke' } } }],
      says: 'phase "2" is open again, as root ordered: it broke',
      reason: 'a person opened that one again',
    },
    {
      entries: [{ name: 'p2', state: 'Current', ...{ reopenedBy: BY } }],
      says: 'phase "2" is open again, as root ordered',
      reason: 'a person gave no reason',
    },
    {
      entries: [{ name: 'p1', state: 'Current' }],
      says: undefined,
      reason: 'it works on the open one, so it gets none',
    },
    { entries: [{ name: 'p1', state: 'Done' }], says: undefined, reason: 'no phase is open, so it gets none' },
  ]) {
    test(reason, () => assert.equal(otherPhase(caseAt(entries))?.message, says));
  }
});

describe('the time of a turn that outlasts its phase', () => {
  const open = [
    { name: 'p1', state: 'Done' },
    { name: 'p2', state: 'Current' },
  ];
  const since = new Date(NOW_MS - 60_000).toISOString();

  test('counts from when it was first seen', () => {
    assert.equal(turnLeftMs(caseAt(open, { phaseWait: { phaseId: '2', since } })), 29 * 60_000);
  });

  test('begins anew for another phase', () => {
    assert.equal(turnLeftMs(caseAt(open, { phaseWait: { phaseId: '7', since } })), undefined);
  });

  test('does not count before it was seen', () => {
    assert.equal(turnLeftMs(caseAt(open)), undefined);
  });
});
