import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { keptHandOffs } from '#plan/phase/hand-offs.ts';

import { objectOf } from '../../../support/plan-input.ts';
import { phaseOf, phaseSeen } from './phase-input.ts';

function delivery(name: string, createdAt: string, settledAt?: string) {
  const cause = { kind: 'Claim', gate: 'handoff', sha: 'c7', scope: 'api' };
  const spec = { agentRef: { name: 'adversary' }, nonce: 'n', cause, text: 'Look.', createdAt };
  const takenAt = createdAt.replace('00.000Z', '01.000Z');
  return objectOf('Delivery', { name, spec, status: { takenAt, ...(settledAt === undefined ? {} : { settledAt }) } });
}

const LATER = '2026-03-01T12:00:00.000Z';

describe('the hand-offs that a phase remembers', () => {
  test('are the settled ones of its time, with their times', () => {
    const handOffs = [
      delivery('before', '2026-03-01T07:59:00.000Z', LATER),
      delivery('in', '2026-03-01T08:30:00.000Z', LATER),
      delivery('open', '2026-03-01T08:40:00.000Z'),
    ];
    assert.deepEqual(keptHandOffs(phaseOf('1'), phaseSeen({ handOffs })), [
      {
        name: 'in',
        agent: 'adversary',
        kind: 'Claim',
        gate: 'handoff',
        sha: 'c7',
        scope: 'api',
        seenAt: '2026-03-01T08:30:00.000Z',
        takenAt: '2026-03-01T08:30:01.000Z',
        settledAt: LATER,
      },
    ]);
  });

  test('of a done phase end with it, and those of one that waits have not begun', () => {
    const handOffs = [
      delivery('in', '2026-03-01T08:30:00.000Z', LATER),
      delivery('after', '2026-03-01T09:30:00.000Z', LATER),
    ];
    const done = phaseSeen({ handOffs, entry: { state: 'Done', doneAt: '2026-03-01T09:00:00.000Z' } });
    assert.deepEqual(
      keptHandOffs(phaseOf('1'), done).map(({ name }) => name),
      ['in'],
    );
    assert.deepEqual(keptHandOffs(phaseOf('1'), phaseSeen({ handOffs, entry: { state: 'Pending' } })), []);
  });

  test('stay when their messages are gone, the newest three hundred', () => {
    const kept = Array.from({ length: 320 }, (_none, index) => ({
      name: `old${String(index).padStart(3, '0')}`,
      agent: 'adversary',
      kind: 'Claim',
      seenAt: new Date(Date.parse('2026-03-01T08:00:00.000Z') + index * 1000).toISOString(),
    }));
    const names = keptHandOffs(phaseOf('1', { status: { handOffs: kept } }), phaseSeen({})).map(({ name }) => name);
    assert.equal(names.length, 300);
    assert.equal(names[0], 'old020');
  });
});
