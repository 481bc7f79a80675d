import { compact } from '#api/compact.ts';
import type { DeliverySpec } from '#api/delivery.ts';
import type { GateObject } from '#api/gate.ts';
import type { PhaseObject } from '#api/phase.ts';
import { renderPrompt, type PingVariable } from '#api/prompt-template.ts';
import { toIso } from '#api/time.ts';
import type { GateObservation } from '#observe/observation.ts';

import { plainScope, type ScopeState } from './derive-gate.ts';
import type { Moment } from './plan.ts';

/** Everything the planning of one gate may look at. */
export type GateCase = { readonly gate: GateObject; readonly seen: GateObservation; readonly moment: Moment };

/** One message that somebody is owed, as long as the matter is open. */
export type Obligation = {
  readonly name: string;
  readonly agent: string;
  readonly kind: 'Claim' | 'Verdict' | 'Unclear';
  readonly sha: string;
  readonly scope: ScopeState;
};

/** The message for one obligation. */
export function deliverySpec(at: GateCase, item: Obligation): DeliverySpec {
  const { gate, moment } = at;
  const scope = plainScope(item.scope.scope);
  const kind = item.kind === 'Claim' ? 'Claim' : 'Verdict';
  const cause = { kind, sha: item.sha, gate: gate.metadata.name, ...compact({ scope }) } as const;
  return {
    agentRef: { name: item.agent },
    nonce: item.sha.slice(0, 12),
    cause: kind === 'Verdict' ? { ...cause, verdict: item.scope.state } : cause,
    text: textOf(at, { ...item, plain: scope ?? '?' }),
    createdAt: toIso(moment.wallMs),
  };
}

// Only a SHA and a plain scope travel: whatever else the commit says is read in git by the agent itself.
function textOf(at: GateCase, item: Obligation & { plain: string }): string {
  const { claim, verdict, pings } = at.gate.spec;
  const sha = item.sha.slice(0, 12);
  const variables = pingVariables(at, { scope: item.plain, sha });
  if (item.kind === 'Claim') {
    const say =
      pings.claim ??
      `Verify it now from a cold checkout, then push ${verdict.prefix}({{ gate.scope }}): PASS, FAIL or VETO`;
    return `${claim.prefix}(${item.plain}) ${sha} waits for your verdict. ${renderPrompt(say, variables)}`;
  }
  if (item.kind === 'Unclear') {
    return `${verdict.prefix}(${item.plain}) ${sha} is neither PASS, FAIL nor VETO, so the claim stays open. Say it again.`;
  }
  const words = { Passed: 'PASS', Failed: 'FAIL', Vetoed: 'VETO', Unclear: 'unclear', Claimed: 'unclear' } as const;
  const say = renderPrompt(pings.verdict ?? 'Pull, read it and go on', variables);
  return `${verdict.prefix}(${item.plain}) ${sha} answers your claim: ${words[item.scope.state]}. ${say}`;
}

function pingVariables(at: GateCase, item: { scope: string; sha: string }): Record<PingVariable, string> {
  const { gate, seen } = at;
  return {
    'gate.name': gate.metadata.name,
    'gate.claimant': gate.spec.claimant,
    'gate.verifier': gate.spec.verifier,
    'gate.scope': item.scope,
    'commit.sha': item.sha,
    ...phaseVariables(seen.phase),
    'repository.url': seen.repository?.spec.url ?? '',
    'repository.branch': seen.repository?.spec.branch ?? '',
    'rig.name': seen.rig.id,
  };
}

/** What a template may say about the open phase; empty texts without one. */
export function phaseVariables(phase: PhaseObject | undefined) {
  return {
    'phase.id': phase?.spec.id ?? '',
    'phase.name': phase?.metadata.name ?? '',
    'phase.title': phase?.spec.title ?? '',
    'phase.statusFile': phase?.spec.statusFile ?? '',
  };
}
