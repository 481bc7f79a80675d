import { parseDurationMs } from '#api/quantity.ts';
import { fromIso } from '#api/time.ts';
import type { VirtualMachineObject } from '#api/virtual-machine.ts';
import type { VirtualMachineObservation } from '#observe/observation.ts';

import { waitFor, type Decision } from '../plan.ts';
import { probeTally, type ProbeTally } from '../probe-tally.ts';
import { change, POLL_MS, type MachineCase } from './machine-case.ts';

/** Climbs the repair ladder when probes fail: soft restart within its budget, and no further than a person. */
export function repair(at: MachineCase): Decision | undefined {
  const failing = tallies(at).filter((tally) => tally.isFailing);
  if (failing.length === 0 || !at.machine.spec.running) return undefined;
  const what = failing.map(({ name, message }) => `${name}: ${message}`).join('; ');
  return waitToSettle(at) ?? softRestart(at, what) ?? askPerson(at, what);
}

function waitToSettle(at: MachineCase): Decision | undefined {
  const ladder = at.machine.spec.repair.softRestart;
  // One in the future is from before a clock jump: it counts against the budget, but nothing is measured from it.
  const recent = recentRestarts(at).filter((atMs) => atMs <= at.moment.wallMs);
  if (ladder === undefined || recent.length === 0) return undefined;
  const leftMs = Math.max(...recent) + parseDurationMs(ladder.settle) - at.moment.wallMs;
  if (leftMs <= 0) return undefined;
  return waitFor('Settling', 'was restarted; its probes count again when it has settled', { requeueAfterMs: leftMs });
}

// A guest that a polite restart did not help may not hear polite words any more.
function softRestart(at: MachineCase, what: string): Decision | undefined {
  const ladder = at.machine.spec.repair.softRestart;
  const recent = recentRestarts(at);
  if (ladder === undefined || recent.length >= ladder.max) return undefined;
  const force = recent.length > 0;
  const message = `probes fail (${what})${force ? '; a polite restart did not help, so it is forced' : ''}`;
  return change(at, { action: 'restart', reason: 'ProbeFailing', message, blast: 'restart VM', force });
}

function askPerson(at: MachineCase, what: string): Decision {
  const { softRestart: ladder, recreate } = at.machine.spec.repair;
  if (recreate.policy === 'Approval') {
    const message = `probes still fail (${what}); making it anew would wipe its disk and needs an approval, which this version can not take`;
    return waitFor('NeedsApproval', message, { needsPerson: true, requeueAfterMs: nextProbeMs(at) });
  }
  const reason = ladder === undefined ? 'ProbeFailing' : 'RepairBudgetSpent';
  const message = `probes fail (${what}); nothing more is allowed by repair; look at the machine`;
  return waitFor(reason, message, { needsPerson: true, requeueAfterMs: nextProbeMs(at) });
}

/** Results of this pass folded into the counters that status keeps. */
export function tallies(at: { machine: VirtualMachineObject; seen: VirtualMachineObservation }): readonly ProbeTally[] {
  return at.machine.spec.probes.map((probe) => {
    const before = at.machine.status?.probes.find((one) => one.name === probe.name);
    return probeTally(probe, before, at.seen.probes[probe.name]);
  });
}

function recentRestarts({ machine, moment }: MachineCase): readonly number[] {
  const perMs = parseDurationMs(machine.spec.repair.softRestart?.per ?? '1h');
  return (machine.status?.softRestarts ?? [])
    .map((at) => fromIso(at) ?? 0)
    .filter((atMs) => atMs > moment.wallMs - perMs);
}

/** When the next probe is due, in ms from now; never later than the slow poll. */
export function nextProbeMs({ machine, moment, seen }: MachineCase): number {
  const due = machine.spec.probes.map((probe) => {
    const lastAt =
      seen.probes[probe.name] === undefined
        ? fromIso(machine.status?.probes.find((one) => one.name === probe.name)?.lastAt)
        : moment.wallMs;
    return (lastAt ?? moment.wallMs) + parseDurationMs(probe.period) - moment.wallMs;
  });
  return Math.max(200, Math.min(POLL_MS, ...due));
}
