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

const NEVER_ASKED = { ok: true, failures: 0, successes: 0, message: '', isFailing: false };

/** Folds one result, or none, into the counters. */
export function probeTally(
  probe: VirtualMachineProbe,
  before: ProbeStatus | undefined,
  result: ProbeResult | undefined,
): ProbeTally {
  const { ok, failures, successes, message } = before ?? NEVER_ASKED;
  const wasFailing = before?.['isFailing'] === true;
  const last = { name: probe.name, ok, failures, successes, message, isFailing: wasFailing };
  if (result === undefined) return last;
  // A fault on this side is told, but counts neither for nor against the machine.
  if (result.local === true) return { ...last, ok: false, message: result.message };
  return result.ok ? afterSuccess(probe, last, result) : afterFailure(probe, last, result);
}

function afterSuccess(probe: VirtualMachineProbe, last: ProbeTally, { message }: ProbeResult): ProbeTally {
  const successes = last.successes + 1;
  const isFailing = last.isFailing && successes < probe.successThreshold;
  return { name: last.name, ok: true, failures: 0, successes, message, isFailing };
}

function afterFailure(probe: VirtualMachineProbe, last: ProbeTally, { message }: ProbeResult): ProbeTally {
  const failures = last.failures + 1;
  const isFailing = last.isFailing || failures >= probe.failureThreshold;
  return { name: last.name, ok: false, failures, successes: 0, message, isFailing };
}
