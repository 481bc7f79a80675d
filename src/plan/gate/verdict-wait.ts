import type { GateObject } from '#api/gate.ts';
import { parseDurationMs } from '#api/quantity.ts';
import { fromIso, toIso } from '#api/time.ts';

import type { ScopeState } from '../derive-gate.ts';
import type { Moment } from '../plan.ts';
import type { ScopeRecord } from './scope-facts.ts';

/** How long a claim has been seen to wait for its verdict. */
export type VerdictWait = NonNullable<ScopeRecord['wait']>;

/** What a wait has come to. `Asked`: the verifier is told again. `Overdue`: the operator is told too. */
export type WaitStage = 'Waiting' | 'Asked' | 'Overdue';

const SLICES = 10;
const LONGEST_SLICE_MS = 300_000;
const SHORTEST_SLICE_MS = 100;

/** Time after which a wait is counted on; undefined when the gate bounds none. */
export function waitSliceMs({ spec }: GateObject): number | undefined {
  if (spec.verdictWithin === undefined) return undefined;
  const sliceMs = parseDurationMs(spec.verdictWithin) / SLICES;
  return Math.max(SHORTEST_SLICE_MS, Math.min(LONGEST_SLICE_MS, sliceMs));
}

/**
 * The wait of an open claim as of now; undefined when it waits for nothing. It is counted in slices, and never more
 * than two at once: a clock that jumps, or time in which nobody looked, does not make a verdict late.
 */
export function waitOf(gate: GateObject, scope: ScopeState, moment: Moment): VerdictWait | undefined {
  const sliceMs = waitSliceMs(gate);
  if (sliceMs === undefined || scope.awaits === undefined) return undefined;
  const now = toIso(moment.wallMs);
  const before = recordOf(gate, scope)?.wait;
  if (before === undefined) return { since: now, waitedMs: 0, countedAt: now };
  const passedMs = moment.wallMs - (fromIso(before.countedAt) ?? moment.wallMs);
  if (passedMs < 0) return { ...before, countedAt: now };
  if (passedMs < sliceMs) return before;
  return { ...before, waitedMs: Math.round(before.waitedMs + Math.min(passedMs, 2 * sliceMs)), countedAt: now };
}

/** What the wait of this scope has come to. */
export function waitStage(gate: GateObject, scope: ScopeState, moment: Moment): WaitStage {
  const wait = waitOf(gate, scope, moment);
  const withinMs = parseDurationMs(gate.spec.verdictWithin ?? '0s');
  if (wait === undefined || wait.waitedMs < withinMs) return 'Waiting';
  return wait.waitedMs < 2 * withinMs ? 'Asked' : 'Overdue';
}

/** What the status holds about the claim of this scope; undefined when it is about another claim. */
export function recordOf({ status }: GateObject, { scope, claim }: ScopeState): ScopeRecord | undefined {
  const records = [...(status?.scopes ?? []), ...(status?.carried ?? [])];
  // A scope that is not plain is stored in a form for people: the commit tells which one it is.
  return records.find((record) =>
    claim === undefined ? record.claim === undefined && record.scope === scope : record.claim?.sha === claim.sha,
  );
}
