import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { derivePhases } from '#plan/plan-sequence.ts';

import { OPENED_AT, phaseOf, sequenceOf, sequenceSeen } from './phase-input.ts';

const AT = '2026-03-01T10:00:00.000Z';
const DONE = {
  name: 'p1',
  state: 'Done',
  openedAt: '2026-03-01T07:00:00.000Z',
  openingCommit: 'c1',
  doneAt: OPENED_AT,
};
const CURRENT = { name: 'p2', state: 'Current', openedAt: OPENED_AT, openingCommit: 'c4' };

function order(verb: string, phase: string) {
  return { phase: { id: 'o1', by: 'root', at: '2026-03-01T09:59:00.000Z', why: 'enough', verb, phase } };
}

function marked(status: 'True' | 'False') {
  return {
    conditions: [{ type: 'MarkerPresent', status, reason: 'MarkerFound', message: '', lastTransitionTime: AT }],
  };
}

describe('a person orders', () => {
  test('that a done phase is opened again: nothing of its first time counts, and who said so is kept', () => {
    const phases = [phaseOf('1', { status: marked('True') }), phaseOf('2')];
    const derived = derivePhases(
      sequenceOf([DONE, CURRENT], { operator: order('Reopen', 'p1') }),
      sequenceSeen(phases),
      AT,
    );
    const [first] = derived?.phases ?? [];
    assert.deepEqual(
      { ...first, reopenedBy: first?.reopenedBy?.by },
      {
        name: 'p1',
        earlier: [{ openedAt: DONE.openedAt, openingCommit: 'c1', doneAt: OPENED_AT }],
        id: '1',
        state: 'Current',
        openedAt: AT,
        openingCommit: 'c9',
        isMarkerOld: true,
        reopenedBy: 'root',
      },
    );
    assert.deepEqual(
      { id: derived?.record?.id, why: derived?.record?.why, refused: derived?.record?.refused },
      { id: 'o1', why: 'enough', refused: undefined },
    );
  });

  test('that a phase is opened again whose marker is gone: the next marker counts', () => {
    const phases = [phaseOf('1', { status: marked('False') }), phaseOf('2')];
    const derived = derivePhases(
      sequenceOf([DONE, CURRENT], { operator: order('Reopen', 'p1') }),
      sequenceSeen(phases),
      AT,
    );
    assert.equal(derived?.phases[0]?.isMarkerOld, undefined);
  });

  test('the end of a phase: it is done by that person, and by nothing else', () => {
    const derived = derivePhases(
      sequenceOf([DONE, CURRENT], { operator: order('Advance', 'p2') }),
      sequenceSeen([phaseOf('1'), phaseOf('2')]),
      AT,
    );
    assert.deepEqual(
      derived?.phases.map(({ name, state, doneBy }) => [name, state, doneBy?.by, doneBy?.why]),
      [
        ['p1', 'Done', undefined, undefined],
        ['p2', 'Done', 'root', 'enough'],
      ],
    );
  });

  for (const { verb, phase, says, reason } of [
    { verb: 'Advance', phase: 'p1', says: 'it is not the current phase any more', reason: 'has ended meanwhile' },
    { verb: 'Set', phase: 'p2', says: 'it is the current phase already', reason: 'became current by itself' },
    { verb: 'Reopen', phase: 'p2', says: 'it is not done any more', reason: 'is open' },
    { verb: 'Set', phase: 'p7', says: 'it is not there any more', reason: 'was deleted' },
  ]) {
    test(`something about a phase that ${reason}: nothing changes, and the order is over`, () => {
      const sequence = sequenceOf([DONE, CURRENT], { operator: order(verb, phase) });
      const derived = derivePhases(sequence, sequenceSeen([phaseOf('1'), phaseOf('2')]), AT);
      assert.equal(derived?.record?.refused, says);
      assert.deepEqual(
        derived?.phases.map(({ state }) => state),
        ['Done', 'Current'],
      );
    });
  }

  test('something before the first look: it waits', () => {
    const sequence = sequenceOf([], { operator: order('Set', 'p2'), observedCommit: undefined });
    const phases = [1, 2].map((id) => phaseOf(String(id), { status: { verdictState: 'Open', verdictCommit: 'c9' } }));
    const derived = derivePhases(sequence, sequenceSeen(phases), AT);
    assert.equal(derived?.record, undefined);
    assert.deepEqual(
      derived?.phases.map(({ state }) => state),
      ['Current', 'Pending'],
    );
  });
});

describe('a phase that was opened again', () => {
  const entry = { name: 'p1', state: 'Current', openedAt: AT, openingCommit: 'c9', reopenedBy: { by: 'root', at: AT } };
  const judged = { verdictState: 'Done', verdictCommit: 'c9', verdictWindow: 'c9' };

  test('is not done by what was said before it was opened', () => {
    const phases = [phaseOf('1', { status: { ...judged, openedAt: '2026-03-01T07:00:00.000Z' } })];
    assert.equal(derivePhases(sequenceOf([entry]), sequenceSeen(phases), AT)?.phases[0]?.state, 'Current');
  });

  test('is done by what is said about it now', () => {
    const phases = [phaseOf('1', { status: { ...judged, openedAt: AT } })];
    assert.equal(derivePhases(sequenceOf([entry]), sequenceSeen(phases), AT)?.phases[0]?.state, 'Done');
  });

  for (const { status, openedAt, isOld, reason } of [
    { status: 'True' as const, openedAt: AT, isOld: true, reason: 'stays old while it stands there' },
    { status: 'False' as const, openedAt: AT, isOld: undefined, reason: 'counts again once it was gone' },
    {
      status: 'False' as const,
      openedAt: OPENED_AT,
      isOld: true,
      reason: 'stays old when it was last looked at before',
    },
  ]) {
    test(`has a marker that ${reason}`, () => {
      const phases = [phaseOf('1', { status: { ...marked(status), openedAt } })];
      const derived = derivePhases(sequenceOf([{ ...entry, ...{ isMarkerOld: true } }]), sequenceSeen(phases), AT);
      assert.equal(derived?.phases[0]?.isMarkerOld, isOld);
    });
  }
});

describe('a phase with another name', () => {
  const renamed = (name: string, id: string) => ({ ...phaseOf(id), metadata: { ...phaseOf(id).metadata, name } });

  test('takes over what is remembered under its id', () => {
    const phases = [renamed('one', '1'), renamed('two', '2')];
    const derived = derivePhases(sequenceOf([DONE, CURRENT]), sequenceSeen(phases), AT);
    assert.deepEqual(
      derived?.phases.map(({ name, state, openingCommit }) => [name, state, openingCommit]),
      [
        ['one', 'Done', 'c1'],
        ['two', 'Current', 'c4'],
      ],
    );
    assert.deepEqual(derived?.former, []);
  });

  test('is that phase also while the old name is still there: the rig does not go back in between', () => {
    const phases = [phaseOf('1'), renamed('other', '1'), phaseOf('2')];
    const derived = derivePhases(sequenceOf([DONE, CURRENT]), sequenceSeen(phases), AT);
    assert.deepEqual(
      derived?.phases.map(({ name, state }) => [name, state]),
      [
        ['p1', 'Done'],
        ['other', 'Done'],
        ['p2', 'Current'],
      ],
    );
  });
});

describe('phases that are declared no more', () => {
  test('are remembered when they were done, and forgotten when they were open', () => {
    const derived = derivePhases(sequenceOf([DONE, CURRENT]), sequenceSeen([phaseOf('3')]), AT);
    assert.deepEqual(
      derived?.former.map(({ name }) => name),
      ['p1'],
    );
    assert.deepEqual(
      derived?.phases.map(({ name, state }) => [name, state]),
      [['p3', 'Current']],
    );
  });

  test('are remembered as the last hundred', () => {
    const formerPhases = Array.from({ length: 130 }, (_none, index) => ({
      name: `old${String(index)}`,
      id: 'x',
      state: 'Done',
    }));
    const derived = derivePhases(sequenceOf([CURRENT], { formerPhases }), sequenceSeen([phaseOf('2')]), AT);
    assert.equal(derived?.former.length, 100);
    assert.equal(derived?.former.at(-1)?.name, 'old129');
  });

  test('open the sequence again when a new one is added after the end', () => {
    const sequence = sequenceOf([DONE], { completedAt: OPENED_AT });
    const derived = derivePhases(sequence, sequenceSeen([phaseOf('1'), phaseOf('2')]), AT);
    assert.deepEqual(
      derived?.phases.map(({ name, state }) => [name, state]),
      [
        ['p1', 'Done'],
        ['p2', 'Current'],
      ],
    );
  });
});
