import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { SequenceStatus } from '#api/sequence.ts';
import { phaseChanges } from '#plan/phase/phase-changes.ts';

type Entry = SequenceStatus['phases'][number];

function entry(name: string, state: Entry['state'], more: Partial<Entry> = {}): Entry {
  return { name, id: name, state, ...more };
}

function status(phases: readonly Entry[], more: Partial<SequenceStatus> = {}): SequenceStatus {
  const currentPhase = phases.find(({ state }) => state === 'Current')?.name;
  return {
    conditions: [],
    observedCommit: 'c1',
    phases: [...phases],
    ...(currentPhase === undefined ? {} : { currentPhase }),
    ...more,
  };
}

const BY = { by: 'root', at: '2026-03-01T10:00:00.000Z', why: 'by hand' };
const [DONE, OPEN] = [entry('1', 'Done'), entry('2', 'Current')];

const rows: readonly { reason: string; before: SequenceStatus; after: SequenceStatus; says: readonly string[] }[] = [
  { reason: 'nothing changes', before: status([DONE, OPEN]), after: status([DONE, OPEN]), says: [] },
  {
    reason: 'the next phase opens',
    before: status([DONE, OPEN, entry('3', 'Pending')]),
    after: status([DONE, entry('2', 'Done'), entry('3', 'Current')]),
    says: ['phase "2" is done', 'phase "3" becomes current', 'phase "1" stays done'],
  },
  {
    reason: 'the last phase is done',
    before: status([DONE, OPEN]),
    after: status([DONE, entry('2', 'Done')]),
    says: [
      'phase "2" is done',
      'every phase is done: the sequence is complete, and its agents are stopped',
      'phase "1" stays done',
    ],
  },
  {
    reason: 'a phase is added at the end of a complete sequence',
    before: status([DONE]),
    after: status([DONE, entry('2', 'Current')]),
    says: [
      'phase "2" is new',
      'phase "2" becomes current',
      'the sequence is open again, and its agents are started',
      'phase "1" stays done',
    ],
  },
  {
    reason: 'a phase is put in before the current one',
    before: status([DONE, OPEN]),
    after: status([DONE, entry('9', 'Current'), entry('2', 'Pending')]),
    says: [
      'phase "9" is new',
      'phase "9" becomes current',
      'phase "2" waits until phase "9" is done',
      'phase "1" stays done',
    ],
  },
  {
    reason: 'a done phase is moved to the end',
    before: status([DONE, OPEN]),
    after: status([OPEN, DONE]),
    says: ['the order becomes "2", "1"', 'phase "1" stays done'],
  },
  {
    reason: 'a done phase gets another name and keeps its id',
    before: status([DONE, OPEN]),
    after: status([entry('one', 'Done', { id: '1' }), OPEN]),
    says: ['phase "1" is called "one" now: its id is the same', 'phase "one" stays done'],
  },
  {
    reason: 'the current phase gets another name and keeps its id',
    before: status([DONE, OPEN]),
    after: status([DONE, entry('two', 'Current', { id: '2' })]),
    says: ['phase "2" is called "two" now: its id is the same', 'phase "1" stays done'],
  },
  {
    reason: 'a done phase comes back under another name',
    before: status([OPEN], { formerPhases: [DONE] }),
    after: status([entry('one', 'Done', { id: '1' }), OPEN]),
    says: ['phase "1" is called "one" now: its id is the same', 'phase "one" comes back', 'phase "one" stays done'],
  },
  {
    reason: 'a done phase gets another id and keeps its name',
    before: status([DONE, OPEN]),
    after: status([entry('1', 'Done', { id: '1b' }), OPEN]),
    says: [],
  },
  {
    reason: 'the current phase is taken away',
    before: status([DONE, OPEN, entry('3', 'Pending')]),
    after: status([DONE, entry('3', 'Current')]),
    says: ['phase "2" goes although it is open', 'phase "3" becomes current', 'phase "1" stays done'],
  },
  {
    reason: 'a done phase comes back',
    before: status([OPEN], { formerPhases: [DONE] }),
    after: status([DONE, OPEN]),
    says: ['phase "1" comes back', 'phase "1" stays done'],
  },
  {
    reason: 'a person ends the current phase',
    before: status([DONE, OPEN, entry('3', 'Pending')]),
    after: status([DONE, entry('2', 'Done', { doneBy: BY }), entry('3', 'Current')]),
    says: ['phase "2" counts as done, as root ordered: by hand', 'phase "3" becomes current', 'phase "1" stays done'],
  },
  {
    reason: 'a person opens a phase again',
    before: status([DONE, OPEN]),
    after: status([entry('1', 'Current', { reopenedBy: BY }), entry('2', 'Pending')]),
    says: ['phase "1" becomes current again, as root ordered: by hand', 'phase "2" waits until phase "1" is done'],
  },
  {
    reason: 'the sequence was never looked at',
    before: { conditions: [], phases: [] },
    after: status([OPEN]),
    says: [],
  },
];

describe('what becomes of the phases when', () => {
  for (const { reason, before, after, says } of rows) {
    test(reason, () => {
      const changes = phaseChanges('main', before, after);
      assert.deepEqual(
        changes.map(({ message }) => message),
        says,
      );
      assert.ok(changes.every(({ key }) => key === 'Sequence/main'));
    });
  }
});
