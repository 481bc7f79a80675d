import type { DeliverySpec } from '#api/delivery.ts';
import type { GateObject } from '#api/gate.ts';
import { renderPrompt, type PingVariable } from '#api/prompt-template.ts';
import { fromIso, toIso } from '#api/time.ts';
import type { GateObservation } from '#observe/observation.ts';

import type { Action } from './action.ts';
import { deriveGate, plainScope, type ScopeState } from './derive-gate.ts';
import { doNow, waitFor, type Decision, type Moment, type Plan } from './plan.ts';
import { whenSuspended } from './suspended.ts';

/** One message that somebody is owed, as long as the matter is open. */
type Obligation = {
  readonly name: string;
  readonly agent: string;
  readonly kind: 'Claim' | 'Verdict';
  readonly sha: string;
  readonly scope: ScopeState;
};

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
  return doNow([...create(gate, seen, owed, moment), ...settle(seen, owed), ...forget(seen, owed, moment)]);
}

function obligations(gate: GateObject, seen: GateObservation, freshShas: readonly string[]): readonly Obligation[] {
  const { claimant, verifier } = gate.spec;
  return gateScopes(gate, seen).flatMap((scope) => {
    const { claim, verdict, state } = scope;
    const toVerifier =
      claim === undefined || (state !== 'Claimed' && state !== 'Unclear')
        ? []
        : [{ agent: verifier, kind: 'Claim' as const, sha: claim.sha }];
    // Answers from before the gate was first seen were read by their claimant long ago.
    const toClaimant =
      verdict === undefined || !freshShas.includes(verdict.sha)
        ? []
        : [{ agent: claimant, kind: 'Verdict' as const, sha: verdict.sha }];
    return [...toVerifier, ...toClaimant].map((item) => ({
      ...item,
      scope,
      name: deliveryName(gate, item.kind, item.sha),
    }));
  });
}

function create(
  gate: GateObject,
  seen: GateObservation,
  owed: readonly Obligation[],
  moment: Moment,
): readonly Action[] {
  const existing = new Set(seen.deliveries.map((delivery) => delivery.metadata.name));
  return owed
    .filter(({ name }) => !existing.has(name))
    .map((item): Action => {
      const message = `${item.kind === 'Claim' ? 'claim' : 'verdict'} ${item.sha.slice(0, 12)} is for ${item.agent}`;
      return {
        type: 'CreateDelivery',
        reason: `${item.kind}Seen`,
        message,
        blast: 'none',
        name: item.name,
        spec: specOf(gate, seen, { ...item, at: toIso(moment.wallMs) }),
      };
    });
}

function specOf(gate: GateObject, seen: GateObservation, item: Obligation & { at: string }): DeliverySpec {
  const scope = plainScope(item.scope.scope);
  const cause = { kind: item.kind, sha: item.sha, gate: gate.metadata.name, ...(scope === undefined ? {} : { scope }) };
  return {
    agentRef: { name: item.agent },
    nonce: item.sha.slice(0, 12),
    cause: item.kind === 'Verdict' ? { ...cause, verdict: item.scope.state } : cause,
    text: textOf(gate, seen, { ...item, plain: scope ?? '?' }),
    createdAt: item.at,
  };
}

// Only a SHA and a plain scope travel: whatever else the commit says is read in git by the agent itself.
function textOf(gate: GateObject, seen: GateObservation, item: Obligation & { plain: string }): string {
  const { claim, verdict, pings } = gate.spec;
  const sha = item.sha.slice(0, 12);
  const variables = pingVariables(gate, seen, { scope: item.plain, sha });
  if (item.kind === 'Claim') {
    const say =
      pings.claim ??
      `Verify it now from a cold checkout, then push ${verdict.prefix}({{ gate.scope }}): PASS, FAIL or VETO`;
    return `${claim.prefix}(${item.plain}) ${sha} waits for your verdict. ${renderPrompt(say, variables)}`;
  }
  const words = { Passed: 'PASS', Failed: 'FAIL', Vetoed: 'VETO', Unclear: 'unclear', Claimed: 'unclear' } as const;
  const say = renderPrompt(pings.verdict ?? 'Pull, read it and go on', variables);
  return `${verdict.prefix}(${item.plain}) ${sha} answers your claim: ${words[item.scope.state]}. ${say}`;
}

function pingVariables(
  gate: GateObject,
  seen: GateObservation,
  item: { scope: string; sha: string },
): Record<PingVariable, string> {
  const { phase, repository } = seen;
  return {
    'gate.name': gate.metadata.name,
    'gate.claimant': gate.spec.claimant,
    'gate.verifier': gate.spec.verifier,
    'gate.scope': item.scope,
    'commit.sha': item.sha,
    'phase.id': phase?.spec.id ?? '',
    'phase.name': phase?.metadata.name ?? '',
    'phase.title': phase?.spec.title ?? '',
    'phase.statusFile': phase?.spec.statusFile ?? '',
    'repository.url': repository?.spec.url ?? '',
    'repository.branch': repository?.spec.branch ?? '',
    'rig.name': seen.rig.id,
  };
}

function settle(seen: GateObservation, owed: readonly Obligation[]): readonly Action[] {
  const open = new Set(owed.map(({ name }) => name));
  return seen.deliveries
    .filter((delivery) => delivery.status?.settledAt === undefined && !open.has(delivery.metadata.name))
    .map(({ metadata }): Action => ({
      type: 'SettleDelivery',
      reason: 'Answered',
      message: 'the matter is settled',
      blast: 'none',
      name: metadata.name,
    }));
}

/** Settled deliveries are kept this long, for the timeline. */
const KEEP_MS = 24 * 3_600_000;

function forget(seen: GateObservation, owed: readonly Obligation[], moment: Moment): readonly Action[] {
  const open = new Set(owed.map(({ name }) => name));
  return seen.deliveries
    .filter(
      ({ metadata, status }) =>
        status?.settledAt !== undefined &&
        !open.has(metadata.name) &&
        (fromIso(status.settledAt) ?? 0) < moment.wallMs - KEEP_MS,
    )
    .map(({ metadata }): Action => ({
      type: 'DeleteDelivery',
      reason: 'Expired',
      message: 'it was settled long ago',
      blast: 'none',
      name: metadata.name,
    }));
}

function deliveryName(gate: GateObject, kind: 'Claim' | 'Verdict', sha: string): string {
  return `${gate.metadata.name.slice(0, 40)}-${kind.toLowerCase()}-${sha.slice(0, 12)}`;
}
