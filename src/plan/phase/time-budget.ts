import type { PhaseObject } from '#api/phase.ts';
import { isTrue } from '#api/conditions.ts';
import { parseDurationMs } from '#api/quantity.ts';
import { fromIso } from '#api/time.ts';
import type { PhaseObservation } from '#observe/observation.ts';

import type { Moment } from '../plan.ts';
import { entryOf } from './phase-verdict.ts';

/**
 * How much of its time budget the open phase has left, ms; zero or less when it is over time, undefined without a budget
 * or when it is not open. Never more than the whole budget, so that a clock that was set back delays nothing for long.
 */
export function budgetLeftMs(phase: PhaseObject, seen: PhaseObservation, moment: Moment): number | undefined {
  const entry = entryOf(phase, seen);
  const openedMs = fromIso(entry?.openedAt);
  const { timeBudget } = phase.spec;
  if (timeBudget === undefined || openedMs === undefined || entry?.state !== 'Current') return undefined;
  const budgetMs = parseDurationMs(timeBudget);
  return Math.min(budgetMs, openedMs + budgetMs - moment.wallMs);
}

/** True when the phase is over time. Once it is, a clock that goes back does not undo it: it would be told again. */
export function isOverTime(phase: PhaseObject, seen: PhaseObservation, moment: Moment): boolean {
  const leftMs = budgetLeftMs(phase, seen, moment);
  if (leftMs === undefined) return false;
  const { status } = phase;
  const isSameBudget = status?.observedGeneration === phase.metadata.generation;
  const isSameOpening = status?.openedAt === entryOf(phase, seen)?.openedAt;
  return leftMs <= 0 || (isSameBudget && isSameOpening && isTrue(status?.conditions ?? [], 'OverTime'));
}
