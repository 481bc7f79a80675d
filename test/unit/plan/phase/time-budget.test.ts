import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { budgetLeftMs, isOverTime } from '#plan/phase/time-budget.ts';

import { OPENED_AT, phaseOf, phaseSeen } from './phase-input.ts';

const HOUR_MS = 3_600_000;
const OPENED_MS = Date.parse(OPENED_AT);
const told = {
  observedGeneration: 1,
  openedAt: OPENED_AT,
  conditions: [
    { type: 'OverTime', status: 'True', reason: 'TimeBudgetExceeded', message: 'late', lastTransitionTime: OPENED_AT },
  ],
};

const rows: readonly {
  spec?: object;
  entry?: object;
  status?: object;
  afterMs: number;
  leftMs: number | undefined;
  over: boolean;
  reason: string;
}[] = [
  { spec: {}, afterMs: 900 * HOUR_MS, leftMs: undefined, over: false, reason: 'without a budget there is no end' },
  { afterMs: 0, leftMs: 2 * HOUR_MS, over: false, reason: 'it counts from when the phase was opened' },
  { afterMs: 2 * HOUR_MS - 1, leftMs: 1, over: false, reason: 'the last moment is within it' },
  { afterMs: 2 * HOUR_MS, leftMs: 0, over: true, reason: 'the budget is spent' },
  { afterMs: 9 * HOUR_MS, leftMs: -7 * HOUR_MS, over: true, reason: 'time without a controller counts' },
  {
    afterMs: -500 * HOUR_MS,
    leftMs: 2 * HOUR_MS,
    over: false,
    reason: 'a clock that was set back waits no longer than the budget',
  },
  {
    status: told,
    afterMs: HOUR_MS,
    leftMs: HOUR_MS,
    over: true,
    reason: 'once told, a clock that goes back does not undo it',
  },
  {
    status: { ...told, observedGeneration: 0 },
    afterMs: HOUR_MS,
    leftMs: HOUR_MS,
    over: false,
    reason: 'a budget that was raised counts anew',
  },
  {
    status: { ...told, openedAt: '2026-02-01T08:00:00.000Z' },
    afterMs: HOUR_MS,
    leftMs: HOUR_MS,
    over: false,
    reason: 'opened again it counts anew',
  },
  {
    entry: { state: 'Done' },
    afterMs: 9 * HOUR_MS,
    leftMs: undefined,
    over: false,
    reason: 'a done phase is not late',
  },
  {
    entry: { state: 'Pending' },
    afterMs: 9 * HOUR_MS,
    leftMs: undefined,
    over: false,
    reason: 'a phase that waits is not late',
  },
];

describe('the time budget of a phase', () => {
  for (const { spec = { timeBudget: '2h' }, entry = {}, status, afterMs, leftMs, over, reason } of rows) {
    test(reason, () => {
      const phase = phaseOf('1', { spec, ...(status === undefined ? {} : { status }) });
      const seen = phaseSeen({ entry });
      const moment = { wallMs: OPENED_MS + afterMs, id: 'm' };
      assert.equal(budgetLeftMs(phase, seen, moment), leftMs);
      assert.equal(isOverTime(phase, seen, moment), over);
    });
  }
});
