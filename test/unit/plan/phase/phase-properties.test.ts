import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import type { PhaseObject } from '#api/phase.ts';
import type { PhaseEntry, SequenceObject } from '#api/sequence.ts';
import { planSequence } from '#plan/plan-sequence.ts';
import { summarizeSequence } from '#status/summarize-sequence.ts';

import { NOW_MS, objectOf } from '../../../support/plan-input.ts';
import { phaseOf, sequenceSeen } from './phase-input.ts';

const IDS = [1, 2, 3, 4, 5] as const;

/** What happens between two looks at a sequence. */
type Step =
  | { readonly does: 'Toggle' | 'Finish'; readonly id: number }
  | { readonly does: 'Move'; readonly id: number; readonly order: number }
  | { readonly does: 'Order'; readonly id: number; readonly verb: 'Advance' | 'Reopen' | 'Set' };

const id = fc.constantFrom(...IDS);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constantFrom('Toggle' as const, 'Finish' as const), id }),
  fc.record({ does: fc.constant('Move' as const), id, order: fc.integer({ min: 1, max: 99 }) }),
  fc.record({
    does: fc.constant('Order' as const),
    id,
    verb: fc.constantFrom('Advance' as const, 'Reopen' as const, 'Set' as const),
  }),
);

/** A sequence whose phases are declared, moved, finished and ordered about. */
class Model {
  readonly #declared = new Map<number, number>([
    [1, 10],
    [2, 20],
  ]);
  readonly #finished = new Set<number>();
  #sequence: SequenceObject = objectOf('Sequence', { name: 'main', status: { observedCommit: 'c0', phases: [] } });
  #looks = 0;

  /** The entries before and after a look that follows the step. */
  take(given: Step): {
    readonly before: readonly PhaseEntry[];
    readonly after: readonly PhaseEntry[];
    readonly judged: ReadonlySet<string>;
  } {
    this.#change(given);
    const before = this.#sequence.status?.phases ?? [];
    const phases = this.#phases();
    const judged = new Set(
      phases.filter(({ status }) => status?.['verdictState'] === 'Done').map(({ metadata }) => metadata.name),
    );
    this.#look(phases);
    return { before, after: this.#sequence.status?.phases ?? [], judged };
  }

  #change(given: Step): void {
    if (given.does === 'Finish') this.#finished.add(given.id);
    if (given.does === 'Move' && this.#declared.has(given.id)) this.#declared.set(given.id, given.order);
    if (given.does === 'Toggle') {
      if (!this.#declared.delete(given.id)) this.#declared.set(given.id, given.id * 10);
      this.#finished.delete(given.id);
    }
    if (given.does !== 'Order') return;
    const phase = {
      id: `o${String(this.#looks)}`,
      by: 'root',
      at: '2026-03-01T10:00:00.000Z',
      verb: given.verb,
      phase: `p${String(given.id)}`,
    };
    this.#sequence = { ...this.#sequence, operator: { phase } };
    if (given.verb !== 'Advance') this.#finished.delete(given.id);
  }

  // As the controller stores it: a verdict is for the window that the phase had when it was looked at.
  #phases(): readonly PhaseObject[] {
    return [...this.#declared]
      .sort(([a, x], [b, y]) => x - y || a - b)
      .map(([number, order]) => {
        const entry = this.#sequence.status?.phases.find(({ name }) => name === `p${String(number)}`);
        const isDone = this.#finished.has(number) && entry?.state === 'Current';
        const { openedAt, openingCommit } = entry ?? {};
        const window = openingCommit === undefined ? {} : { verdictWindow: openingCommit };
        const opened = openedAt === undefined ? {} : { openedAt };
        const status = { verdictState: isDone ? 'Done' : 'Open', verdictCommit: 'c9', ...window, ...opened };
        return phaseOf(String(number), { spec: { order }, status });
      });
  }

  #look(phases: readonly PhaseObject[]): void {
    this.#looks += 1;
    const moment = { wallMs: NOW_MS + this.#looks * 1000, id: 'm' };
    const seen = sequenceSeen(phases);
    const plan = planSequence(this.#sequence, seen, moment);
    const status = summarizeSequence({ object: this.#sequence, seen, plan, outcomes: [], moment });
    this.#sequence = { ...this.#sequence, status };
  }
}

test('whatever is edited and ordered, no phase moves early and none goes back by itself', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const model = new Model();
      for (const given of steps) {
        const { before, after, judged } = model.take(given);
        const open = after.filter(({ state }) => state !== 'Done');
        assert.ok(
          open.every(({ state }, index) => state === (index === 0 ? 'Current' : 'Pending')),
          'the first that is not done is current',
        );
        for (const entry of after) checkEntry(entry, before, { given, judged });
      }
    }),
    { numRuns: 300 },
  );
});

function checkEntry(
  entry: PhaseEntry,
  before: readonly PhaseEntry[],
  { given, judged }: { readonly given: Step; readonly judged: ReadonlySet<string> },
): void {
  const old = before.find(({ name }) => name === entry.name);
  if (old === undefined || (old.state === 'Done') === (entry.state === 'Done')) return;
  const isOrdered = given.does === 'Order';
  if (old.state === 'Done') {
    assert.ok(isOrdered && entry.reopenedBy !== undefined, `${entry.name} went back`);
    return;
  }
  const isByMarker = old.state === 'Current' && judged.has(entry.name);
  assert.ok(isByMarker || (isOrdered && entry.doneBy !== undefined), `${entry.name} moved early`);
}
