import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { PhaseEntry } from '#api/sequence.ts';
import { gateWindow } from '#api/gate-window.ts';

import { objectOf } from '../../support/plan-input.ts';

const entry = (name: string, state: PhaseEntry['state'], more: Partial<PhaseEntry> = {}): PhaseEntry => ({
  ...{ name, id: name, state },
  ...more,
});
const opened = (minute: number, openingCommit?: string) => ({
  openedAt: `2026-03-01T10:0${String(minute)}:00.000Z`,
  ...(openingCommit === undefined ? {} : { openingCommit }),
});

const rows: readonly { title: string; reason: string; phases: readonly PhaseEntry[]; is: string | undefined }[] = [
  { title: 'no phase is known', reason: 'all history counts', phases: [], is: undefined },
  {
    title: 'a phase is open',
    reason: 'its claims count',
    phases: [entry('1', 'Done', opened(1)), entry('2', 'Current', opened(2, 'c2')), entry('3', 'Pending')],
    is: 'c2',
  },
  {
    title: 'every phase is done',
    reason: 'claims of the phases before the last are no matter any more',
    phases: [entry('1', 'Done', opened(1)), entry('2', 'Done', opened(2, 'c2'))],
    is: 'c2',
  },
  {
    title: 'an earlier phase was the last one that was open',
    reason: 'a person had opened it again',
    phases: [entry('1', 'Done', opened(5, 'c5')), entry('2', 'Done', opened(2, 'c2'))],
    is: 'c5',
  },
  {
    title: 'every phase was done when the rig was first seen',
    reason: 'nobody knows where they began',
    phases: [entry('1', 'Done'), entry('2', 'Done')],
    is: undefined,
  },
];

describe('claims count from where', () => {
  for (const { title, reason, phases, is } of rows)
    test(title, () => assert.equal(gateWindow(objectOf('Sequence', { status: { phases } })), is, reason));

  test('nothing begins without a sequence', () => assert.equal(gateWindow(undefined), undefined));
});
