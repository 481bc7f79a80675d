import type { ProbeStatus, VirtualMachineProbe } from '#api/virtual-machine-probe.ts';
import type { ProbeResult } from '#drivers/probe/probe.ts';

/** One probe's counters after this pass. */
export type ProbeTally = {
  readonly name: string;
  readonly ok: boolean;
  readonly failures: number;
  readonly successes: number;
  readonly message: string;
  /** Failures in a row have reached the threshold, and successes since have not. */
  readonly isFailing: boolean;
};

/** Folds one result, or none, into the counters. */
export function probeTally(
  probe: VirtualMachineProbe,
  before: ProbeStatus | undefined,
  result: ProbeResult | undefined,
): ProbeTally {
  const wasFailing = before?.['isFailing'] === true;
  const last = {
    ok: before?.ok ?? true,
    failures: before?.failures ?? 0,
    successes: before?.successes ?? 0,
    message: before?.message ?? '',
  };
  if (result === undefined) return { name: probe.name, ...last, isFailing: wasFailing };
  const failures = result.ok ? 0 : last.failures + 1;
  const successes = result.ok ? last.successes + 1 : 0;
  const isFailing = result.ok
    ? wasFailing && successes < probe.successThreshold
    : wasFailing || failures >= probe.failureThreshold;
  return { name: probe.name, ok: result.ok, failures, successes, message: result.message, isFailing };
}
