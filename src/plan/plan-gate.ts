import type { GateObject } from '#api/gate.ts';
import type { GateObservation } from '#observe/observation.ts';

import type { Action } from './action.ts';
import { planEvidence } from './gate/plan-evidence.ts';
import { deliverySpec, type GateCase, type Obligation } from './gate-delivery.ts';
import { guardOf } from './gate/guard.ts';
import { obligations } from './gate/obligations.ts';
import { readGate, type GateReading } from './gate/read-gate.ts';
import { waitSliceMs, waitStage } from './gate/verdict-wait.ts';
import { waitFor, type Decision, type Moment, type Plan, type Waiting } from './plan.ts';
import { isForgettable } from './plan-delivery.ts';
import { whenSuspended } from './suspended.ts';

/** Owes each open claim to the verifier and each answer to the claimant; says so with deliveries that exist exactly once per commit. */
export function planGate(gate: GateObject, seen: GateObservation, moment: Moment): Plan {
  return { key: `Gate/${gate.metadata.name}`, ...decide(gate, seen, moment) };
}

function decide(gate: GateObject, seen: GateObservation, moment: Moment): Decision {
  const waits = whenSuspended(gate, moment) ?? whenUnready(gate, seen);
  if (waits !== undefined) return waits;
  const reading = readGate(gate, seen);
  if (reading === undefined) return whenUnread(gate, seen);
  const at = { gate, seen, moment };
  const owed = obligations(at, reading);
  const again = reopen(seen, owed);
  const evidence = planEvidence(at, reading);
  const actions = [
    ...create(at, owed),
    ...settle(seen, owed),
    ...forget(seen, owed, moment),
    ...again,
    ...evidence.actions,
  ];
  const times = [again.length === 0 ? undefined : 50, evidence.requeueAfterMs, untilCounted(at, reading)];
  const requeueAfterMs = times.filter((time) => time !== undefined).toSorted((a, b) => a - b)[0];
  return { actions, waiting: overdue(at, reading), requeueAfterMs };
}

// Of the things that a gate needs to know before it can say anything.
function whenUnready(gate: GateObject, seen: GateObservation): Decision | undefined {
  const absent = [gate.spec.claimant, gate.spec.verifier].filter(
    (_name, index) => (index === 0 ? seen.claimant : seen.verifier) === undefined,
  );
  if (absent.length > 0)
    return waitFor('DependencyMissing', `agent ${absent.join(' and ')} does not exist; apply it`, {
      needsPerson: true,
    });
  if (seen.repository?.status?.commit === undefined)
    return waitFor('DependencyStale', 'waits until the remote was looked at');
  if (seen.sequence?.status?.observedCommit === undefined)
    return waitFor('DependencyStale', 'waits until it is known which phase is open');
  const { problem } = guardOf(gate, seen);
  return problem === undefined ? undefined : waitFor('AuthorUnknown', problem, { needsPerson: true });
}

function whenUnread(_gate: GateObject, { signers }: GateObservation): Decision {
  if (signers.state === 'unknown' && signers.reason === 'SignersUnreadable')
    return waitFor('SignersUnreadable', signers.message, { needsPerson: true, requeueAfterMs: 15_000 });
  return waitFor('DependencyStale', 'could not read the history of the mirror; waits for the next fetch', {
    requeueAfterMs: 5000,
  });
}

function overdue({ gate, moment }: GateCase, { scopes, carried }: GateReading): readonly Waiting[] {
  const late = [...scopes, ...carried].filter((scope) => waitStage(gate, scope, moment) === 'Overdue');
  if (late.length === 0) return [];
  const { verifier, verdictWithin = '' } = gate.spec;
  const message = `"${verifier}" owes ${String(late.length)} ${late.length === 1 ? 'verdict' : 'verdicts'} for more than twice ${verdictWithin}; look at it with "ccci attach ${verifier}", or answer with "ccci gate"`;
  return [{ reason: 'VerdictOverdue', message, needsPerson: true }];
}

function untilCounted({ gate }: GateCase, { scopes, carried }: GateReading): number | undefined {
  const isOpen = [...scopes, ...carried].some(({ awaits }) => awaits !== undefined);
  return isOpen ? waitSliceMs(gate) : undefined;
}

const ABOUT = {
  Claim: 'claim',
  Reminder: 'claim',
  Verdict: 'verdict',
  Unclear: 'verdict',
  Evidence: 'failed evidence about claim',
  Override: "a person's word on",
} as const satisfies Readonly<Record<Obligation['kind'], string>>;

function create(at: GateCase, owed: readonly Obligation[]): readonly Action[] {
  const existing = new Set(at.seen.deliveries.map((delivery) => delivery.metadata.name));
  return owed
    .filter(({ name }) => !existing.has(name))
    .map((item): Action => {
      const { name, kind, sha, agent } = item;
      const message = `${ABOUT[kind]} ${sha.slice(0, 12)} is for ${agent}${kind === 'Reminder' ? ', once more' : ''}`;
      const reason = kind === 'Claim' || kind === 'Reminder' ? 'ClaimPinged' : 'VerdictPinged';
      return { type: 'CreateDelivery', reason, message, blast: 'none', name, spec: deliverySpec(at, item) };
    });
}

function settle(seen: GateObservation, owed: readonly Obligation[]): readonly Action[] {
  const open = new Set(owed.map(({ name }) => name));
  return seen.deliveries
    .filter((delivery) => delivery.status?.settledAt === undefined && !open.has(delivery.metadata.name))
    .map(({ metadata }): Action => ({
      type: 'SettleDelivery',
      reason: 'DeliverySettled',
      message: 'the matter is settled',
      blast: 'none',
      name: metadata.name,
    }));
}

function forget(seen: GateObservation, owed: readonly Obligation[], moment: Moment): readonly Action[] {
  const open = new Set(owed.map(({ name }) => name));
  const why = { reason: 'DeliverySettled', message: 'it was settled long ago', blast: 'none' } as const;
  const over = seen.deliveries.filter(({ metadata }) => !open.has(metadata.name));
  return over
    .filter((delivery) => isForgettable(delivery, moment))
    .map(({ metadata }): Action => ({ type: 'DeleteDelivery', ...why, name: metadata.name }));
}

// A claim that was answered is open again when its answer was taken out of the history, or taken back by a person: it is told anew.
function reopen(seen: GateObservation, owed: readonly Obligation[]): readonly Action[] {
  const open = new Set(owed.map(({ name }) => name));
  const why = {
    reason: 'ClaimReopened',
    message: 'its answer does not stand any more',
    blast: 'none',
  } as const;
  return seen.deliveries
    .filter(({ metadata, spec, status }) => {
      return spec.cause.kind === 'Claim' && status?.settledAt !== undefined && open.has(metadata.name);
    })
    .map(({ metadata }): Action => ({ type: 'DeleteDelivery', ...why, name: metadata.name }));
}
