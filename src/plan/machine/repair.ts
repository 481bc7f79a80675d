import { parseDurationMs } from '#api/quantity.ts';
import { fromIso } from '#api/time.ts';

import { waitFor, type Decision } from '../plan.ts';
import { approvalFor, automaticBudget } from './approval.ts';
import { change, POLL_MS, type MachineCase } from './machine-case.ts';
import { KEPT_MEMORY, memoryAfter } from './memory-cap.ts';
import { beginRecreate } from './recreate.ts';
import { tallies } from './tallies.ts';

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
  const bootedMs = fromIso(at.machine.status?.bootedAt);
  const starts = bootedMs === undefined ? recentRestarts(at) : [...recentRestarts(at), bootedMs];
  const recent = starts.filter((atMs) => atMs <= at.moment.wallMs);
  if (ladder === undefined || recent.length === 0) return undefined;
  const leftMs = Math.max(...recent) + parseDurationMs(ladder.settle) - at.moment.wallMs;
  if (leftMs <= 0) return undefined;
  return waitFor('Settling', 'was started; its probes count when it has settled', { requeueAfterMs: leftMs });
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
  if (recreate.policy !== 'Never') return recreateOrAsk(at, what);
  const reason = ladder === undefined ? 'ProbeFailing' : 'RepairBudgetSpent';
  const message = `probes fail (${what}); nothing more is allowed by repair; look at the machine`;
  return waitFor(reason, message, { needsPerson: true, requeueAfterMs: nextProbeMs(at) });
}

function recreateOrAsk(at: MachineCase, what: string): Decision {
  // It has a name once it was written down that it fails: nobody can have approved it before.
  const failure = at.machine.status?.failure?.id;
  const cause = { failure: failure ?? at.moment.id, message: `probes still fail (${what})` };
  const approval = failure === undefined ? undefined : approvalFor(at, failure);
  if (approval !== undefined) return beginRecreate(at, approval, cause);
  const doubt = doubtOf(at);
  const budget = doubt === undefined ? automaticBudget(at) : undefined;
  if (budget !== undefined) return beginRecreate(at, budget, cause);
  const why = doubt === undefined ? '' : ` (not by itself: ${doubt})`;
  const command = `ccci approve vm/${at.machine.metadata.name}`;
  const message = `${cause.message}; making it anew would wipe its disk${why}${memoryWords(at)}; look at the machine, then run "${command}"`;
  return waitFor('NeedsApproval', message, { needsPerson: true, requeueAfterMs: nextProbeMs(at) });
}

// The sum that the cap is held against, for the person who is asked.
function memoryWords(at: MachineCase): string {
  const extra = at.machine.spec.beforeRecreate.backup === 'Keep' ? [KEPT_MEMORY] : [];
  const sum = at.seen.memory === undefined ? undefined : memoryAfter(at, extra);
  return sum === undefined ? '' : `; memory of the project then: ${sum.text}`;
}

/** Why a recreate that nobody approved would be rash; undefined when nothing speaks against it. */
function doubtOf(at: MachineCase): string | undefined {
  const { failingOthers } = at.seen.related;
  if (failingOthers.length > 0) return `${failingOthers.join(', ')} can not be reached either, so it may be this side`;
  if ((at.machine.spec.repair.softRestart?.max ?? 0) === 0) return 'no restart was tried before';
  const failing = tallies(at).filter((tally) => tally.isFailing);
  const answers = tallies(at).find(({ name, ok }) => ok && probeSort(at, name) === 'agent');
  if (answers !== undefined && failing.every(({ name }) => isRemote(at, name)))
    return 'its agent answers, so the disk is alive';
  return failing.every(({ name }) => isRemote(at, name)) && !hasAgentProbe(at)
    ? 'only the network says so; add an agent probe'
    : undefined;
}

function isRemote(at: MachineCase, name: string): boolean {
  return ['ssh', 'tcp', 'http'].includes(probeSort(at, name));
}

function hasAgentProbe({ machine }: MachineCase): boolean {
  return machine.spec.probes.some((probe) => probe.agent !== undefined);
}

function probeSort({ machine }: MachineCase, name: string): string {
  const probe = machine.spec.probes.find((one) => one.name === name);
  return (['agent', 'incus', 'ssh', 'tcp', 'http'] as const).find((sort) => probe?.[sort] !== undefined) ?? '';
}

function recentRestarts({ machine, moment }: MachineCase): readonly number[] {
  const perMs = parseDurationMs(machine.spec.repair.softRestart?.per ?? '1h');
  return (machine.status?.softRestarts ?? [])
    .map((at) => fromIso(at) ?? 0)
    .filter((atMs) => atMs > moment.wallMs - perMs);
}

/** How soon a guest that could not be looked into is tried again, in ms: its agent comes up some time after the start. */
const INSIDE_AGAIN_MS = 2000;

/** When the next probe is due, in ms from now; never later than the slow poll. */
export function nextProbeMs({ machine, moment, seen }: MachineCase): number {
  const due = machine.spec.probes.map((probe) => {
    const lastAt =
      seen.probes[probe.name] === undefined
        ? fromIso(machine.status?.probes.find((one) => one.name === probe.name)?.lastAt)
        : moment.wallMs;
    return (lastAt ?? moment.wallMs) + parseDurationMs(probe.period) - moment.wallMs;
  });
  const open = (machine.status?.preconditions ?? []).some(({ state }) => state !== 'Done' && state !== 'Kept');
  return Math.max(200, Math.min(open ? INSIDE_AGAIN_MS : POLL_MS, ...due));
}
