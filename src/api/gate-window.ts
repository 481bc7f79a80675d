import type { SequenceObject } from './sequence.ts';

/**
 * The commit after which claims and verdicts count: where the open phase began. When every phase is done it is where the
 * one that was opened last began: matters of the phases before it were settled with them. Undefined: all history counts.
 */
export function gateWindow(sequence: SequenceObject | undefined): string | undefined {
  const { phases = [] } = sequence?.status ?? {};
  const current = phases.find(({ state }) => state === 'Current');
  const last = phases.toSorted((a, b) => ((a.openedAt ?? '') < (b.openedAt ?? '') ? -1 : 1)).at(-1);
  return (current ?? last)?.openingCommit;
}
