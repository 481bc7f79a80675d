import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { PhaseEntry } from '#api/sequence.ts';
import { rememberedEntries } from '#plan/phase/remembered-entries.ts';

import { objectOf } from '../../../support/plan-input.ts';

type Row = {
  readonly title: string;
  readonly reason: string;
  readonly remembered: readonly PhaseEntry[];
  /** Name and id of each. */
  readonly declared: readonly (readonly [name: string, id: string])[];
  readonly is: readonly string[];
};

const DONE = { name: '2', id: '2', state: 'Done' } as const;
const OPEN = { name: '2', id: '2', state: 'Current', openingCommit: 'c2' } as const;

const rows: readonly Row[] = [
  { title: 'its name', reason: 'nothing changed', remembered: [DONE], declared: [['2', '2']], is: ['2 Done'] },
  { title: 'its id', reason: 'it was renamed', remembered: [DONE], declared: [['two', '2']], is: ['two Done'] },
  {
    title: 'its id, while the old name is still there',
    reason: 'apply stores the new one before it prunes the old one: what was done stays done',
    remembered: [DONE],
    declared: [
      ['2', '2'],
      ['two', '2'],
    ],
    is: ['2 Done', 'two Done'],
  },
  {
    title: 'its id, also when it is open',
    reason: 'its claims go on counting from where it began',
    remembered: [OPEN],
    declared: [
      ['2', '2'],
      ['two', '2'],
    ],
    is: ['2 Current c2', 'two Current c2'],
  },
  {
    title: 'its name rather than an id that another phase has now',
    reason: 'the phase with that name has got another id, and the new one is new',
    remembered: [DONE],
    declared: [
      ['2', '5'],
      ['new', '2'],
    ],
    is: ['2 Done'],
  },
];

describe('a phase is known by', () => {
  for (const { title, reason, remembered, declared, is } of rows)
    test(title, () => {
      const phases = declared.map(([name, id]) =>
        objectOf('Phase', { name, spec: { id, order: 1, repositoryRef: { name: 'x' } } }),
      );
      const entries = rememberedEntries({ phases: [...remembered] }, phases);
      const found = phases.flatMap(({ metadata }) => entries.get(metadata.name) ?? []);
      assert.deepEqual(
        found.map(({ name, state, openingCommit }) => [name, state, openingCommit].filter(Boolean).join(' ')),
        is,
        reason,
      );
    });
});
