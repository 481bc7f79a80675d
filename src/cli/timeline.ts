import type { HandOff } from '#api/phase.ts';

import type { ShownOrder } from './read-phases.ts';

/** Something that happened in a sequence, at one time. */
export type TimelineEntry = {
  /** ISO 8601. For commits the time that the commit says. */
  readonly at: string;
  readonly sequence: string;
  /** Name of the phase that it belongs to, as far as that can be told. */
  readonly phase: string | undefined;
  readonly event:
    'PhaseOpened' | 'PhaseDone' | 'Complete' | 'Claim' | 'Verdict' | 'Notice' | 'Restart' | 'Override' | 'Order';
  /** `Kind/name` of what it is about. */
  readonly about: string;
  readonly message: string;
  readonly sha?: string | undefined;
  readonly scope?: string | undefined;
  readonly verdict?: string | undefined;
  /** Set for what a person ordered. */
  readonly by?: ShownOrder | undefined;
  /** When the agents it was for were told, one per agent. */
  readonly handOffs?: readonly HandOff[];
};

/** A span that was measured several times, ms; both are undefined when it never was. */
export type Spread = {
  readonly count: number;
  readonly medianMs: number | undefined;
  readonly p90Ms: number | undefined;
};

/** How a gate does. */
export type GateFigures = {
  readonly gate: string;
  readonly sequence: string;
  readonly claims: number;
  readonly verdicts: number;
  /** Scopes whose first answer was PASS, of all scopes that were answered, counted per phase; undefined without any. */
  readonly firstPassRate: number | undefined;
  readonly answeredScopes: number;
  /** From the commit of a claim to the commit of its verdict. */
  readonly claimToVerdict: Spread;
  /** From the commit of a claim or verdict until its agent took it. */
  readonly commitToTaken: Spread;
};

/** Everything that `ccci timeline` tells. */
export type Timeline = {
  readonly entries: readonly TimelineEntry[];
  readonly gates: readonly GateFigures[];
  /** What could not be read, so that something may be missing. */
  readonly unknown: readonly string[];
};

/** Median and 90th percentile (nearest rank) of spans in ms. */
export function spreadOf(spansMs: readonly number[]): Spread {
  const sorted = spansMs.toSorted((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  return { count: sorted.length, medianMs: rank(0.5), p90Ms: rank(0.9) };
}
