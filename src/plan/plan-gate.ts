import type { GateObject } from '#api/gate.ts';
import type { GateObservation } from '#observe/observation.ts';

import type { Action } from './action.ts';
import { deriveGate, type ScopeState } from './derive-gate.ts';
import { doNow, waitFor, type Decision, type Moment, type Plan } from './plan.ts';
import { isForgettable } from './plan-delivery.ts';
import { deliverySpec, type GateCase, type Obligation } from './gate-delivery.ts';
import { shortHash } from './short-hash.ts';
import { whenSuspended } from './suspended.ts';

/** Owes each open claim to the verifier and each answer to the claimant; says so with deliveries that exist exactly once per commit. */
export function planGate(gate: GateObject, seen: GateObservation, moment: Moment): Plan {
  return { key: `Gate/${gate.metadata.name}`, ...decide(gate, seen, moment) };
}

/** Where the scopes of the gate stand, as far as it can be known. */
export function gateScopes(gate: GateObject, seen: GateObservation): readonly ScopeState[] {
  return seen.commits.state === 'known' ? deriveGate(seen.commits.value, gate.spec) : [];
}

function decide(gate: GateObject, seen: GateObservation, moment: Moment): Decision {
  const suspended = whenSuspended(gate, moment);
  if (suspended !== undefined) return suspended;
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
  if (seen.commits.state !== 'known' || seen.freshShas.state !== 'known') {
    return waitFor('DependencyStale', 'could not read the history of the mirror; waits for the next fetch', {
      requeueAfterMs: 5000,
    });
  }
  const owed = obligations(gate, seen, seen.freshShas.value);
  const again = reopen(seen, owed);
  const actions = [...create({ gate, seen, moment }, owed), ...settle(seen, owed), ...forget(seen, owed, moment)];
  return again.length === 0 ? doNow(actions) : doNow([...actions, ...again], 50);
}

function obligations(gate: GateObject, seen: GateObservation, freshShas: readonly string[]): readonly Obligation[] {
  const { claimant, verifier } = gate.spec;
  return gateScopes(gate, seen).flatMap((scope) => {
    const { claim, verdict, awaits } = scope;
    const owe = (agent: string, kind: Obligation['kind'], sha: string): Obligation => {
      return { agent, kind, sha, scope, name: deliveryName(gate, { agent, kind, sha }) };
    };
    const owed = claim === undefined || awaits === undefined ? [] : [owe(verifier, 'Claim', claim.sha)];
    // Answers from before the gate was first seen were read by their claimant long ago.
    if (verdict === undefined || !freshShas.includes(verdict.sha)) return owed;
    if (awaits === 'ClearVerdict') owed.push(owe(verifier, 'Unclear', verdict.sha));
    return [...owed, owe(claimant, 'Verdict', verdict.sha)];
  });
}

function create(at: GateCase, owed: readonly Obligation[]): readonly Action[] {
  const existing = new Set(at.seen.deliveries.map((delivery) => delivery.metadata.name));
  return owed
    .filter(({ name }) => !existing.has(name))
    .map((item): Action => {
      const message = `${item.kind === 'Claim' ? 'claim' : 'verdict'} ${item.sha.slice(0, 12)} is for ${item.agent}`;
      return {
        type: 'CreateDelivery',
        reason: item.kind === 'Claim' ? 'ClaimPinged' : 'VerdictPinged',
        message,
        blast: 'none',
        name: item.name,
        spec: deliverySpec(at, item),
      };
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

// A claim that was answered is open again when its answer was taken out of the history: it is told anew.
function reopen(seen: GateObservation, owed: readonly Obligation[]): readonly Action[] {
  const open = new Set(owed.map(({ name }) => name));
  const why = {
    reason: 'HistoryRewritten',
    message: 'its answer is no longer part of the branch',
    blast: 'none',
  } as const;
  return seen.deliveries
    .filter(({ metadata, spec, status }) => {
      return spec.cause.kind === 'Claim' && status?.settledAt !== undefined && open.has(metadata.name);
    })
    .map(({ metadata }): Action => ({ type: 'DeleteDelivery', ...why, name: metadata.name }));
}

// The name stands for the cause: gate, commit and addressee. Long names are cut, and told apart by a hash of the whole.
function deliveryName(gate: GateObject, { agent, kind, sha }: Pick<Obligation, 'agent' | 'kind' | 'sha'>): string {
  const name = gate.metadata.name;
  return `${name.slice(0, 24).replace(/-+$/, '')}-${kind.toLowerCase()}-${sha.slice(0, 12)}-${shortHash(`${name}/${agent}`)}`;
}
