import { compact } from '#api/compact.ts';
import type { DeliverySpec } from '#api/delivery.ts';
import type { GateObject } from '#api/gate.ts';
import type { PhaseObject } from '#api/phase.ts';
import { renderPrompt, type PingVariable } from '#api/prompt-template.ts';
import { toIso } from '#api/time.ts';
import type { GateObservation } from '#observe/observation.ts';

import { plainScope, type ScopeState } from './derive-gate.ts';
import { uncleanClaim } from './gate/unclean.ts';
import type { Moment } from './plan.ts';

/** Everything the planning of one gate may look at. */
export type GateCase = { readonly gate: GateObject; readonly seen: GateObservation; readonly moment: Moment };

/** One message that somebody is owed, as long as the matter is open. */
export type Obligation = {
  readonly name: string;
  readonly agent: string;
  readonly kind: 'Claim' | 'Reminder' | 'Verdict' | 'Unclear' | 'Evidence' | 'Override';
  readonly sha: string;
  readonly scope: ScopeState;
};

/** The message for one obligation. */
export function deliverySpec(at: GateCase, item: Obligation): DeliverySpec {
  const { gate, moment } = at;
  const scope = plainScope(item.scope.scope);
  const kind = item.kind === 'Claim' || item.kind === 'Reminder' ? 'Claim' : 'Verdict';
  const cause = { kind, sha: item.sha, gate: gate.metadata.name, ...compact({ scope }) } as const;
  return {
    agentRef: { name: item.agent },
    nonce: item.sha.slice(0, 12),
    cause: kind === 'Verdict' ? { ...cause, verdict: item.scope.state } : cause,
    text: TEXTS[item.kind](at, { ...item, plain: scope ?? '?', short: item.sha.slice(0, 12) }),
    ...compact({ committedAt: committedAt(item) }),
    createdAt: toIso(moment.wallMs),
  };
}

/** Beyond this there are no dates in JavaScript (ECMA-262, time values). */
const LAST_MS = 8.64e15;

// Whoever commits chooses the time: it is shown, and nothing rests on it.
function committedAt({ sha, scope }: Obligation): string | undefined {
  const commit = [scope.claim, scope.verdict].find((one) => one?.sha === sha);
  const isDate = commit !== undefined && Math.abs(commit.committedAtMs) <= LAST_MS;
  return isDate ? toIso(commit.committedAtMs) : undefined;
}

type Item = Obligation & { readonly plain: string; readonly short: string };

const WORDS = {
  Passed: 'PASS',
  EvidenceRunning: 'PASS',
  Failed: 'FAIL',
  Vetoed: 'VETO',
  Unclear: 'unclear',
  Claimed: 'unclear',
} as const satisfies Readonly<Record<ScopeState['state'], string>>;

// Only a SHA and a plain scope travel: whatever else the commit says is read in git by the agent itself.
const TEXTS: Readonly<Record<Obligation['kind'], (at: GateCase, item: Item) => string>> = {
  Claim: (at, item) => `${claimWords(at, item)} waits for your verdict. ${claimText(at, item)}`,
  Reminder: (at, item) =>
    `${claimWords(at, item)} still waits for your verdict, and it is late. ${claimText(at, item)}`,
  Verdict(at, item) {
    const say = renderPrompt(at.gate.spec.pings.verdict ?? 'Pull, read it and go on', pingVariables(at, item));
    return `${verdictWords(at, item)} answers your claim: ${WORDS[item.scope.state]}. ${say}`;
  },
  Unclear: (at, item) =>
    `${verdictWords(at, item)} is no clear answer (PASS, FAIL or VETO, with the claim in its history), so the claim stays open. Pull, and say it again.`,
  Evidence(at, item) {
    const { said = 'it failed', output } = item.scope.evidence ?? {};
    const where = output === undefined ? '' : ` What it printed ends in ${output}.`;
    return `${claimWords(at, item)}: FAIL, because the evidence command of gate ${at.gate.metadata.name} does not succeed there (${said}).${where} Correct the work and claim again.`;
  },
  Override(at, item) {
    const { by = 'a person' } = item.scope.override ?? {};
    // Where nothing is claimed the word is about a veto.
    const what = item.scope.claim === undefined ? verdictWords(at, item) : claimWords(at, item);
    return `${what} was answered by a person (${plainName(by)}): ${WORDS[item.scope.state]}. Go on from there.`;
  },
};

function claimWords({ gate }: GateCase, { plain, short }: Item): string {
  return `${gate.spec.claim.prefix}(${plain}) ${short}`;
}

function verdictWords({ gate }: GateCase, { plain, short }: Item): string {
  return `${gate.spec.verdict.prefix}(${plain}) ${short}`;
}

function claimText(at: GateCase, item: Item): string {
  const { verdict, pings } = at.gate.spec;
  // A scope that does not travel can not be repeated from here.
  const answer =
    item.plain === '?'
      ? `a ${verdict.prefix} of the scope that the commit names`
      : `${verdict.prefix}({{ gate.scope }})`;
  const usual = `Verify it now from a cold checkout, then push ${answer}: PASS, FAIL or VETO`;
  const say = renderPrompt(pings.claim ?? usual, pingVariables(at, item));
  const unclean = uncleanClaim(at.gate, at.seen, item.scope);
  if (unclean === undefined) return say;
  return `${say}. Beware: when it was seen, the clone of ${at.gate.spec.claimant} held ${unclean}, so what was built may not be what was pushed`;
}

function plainName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._@-]/g, '?').slice(0, 32);
}

function pingVariables(at: GateCase, { plain, short }: Item): Record<PingVariable, string> {
  const { gate, seen } = at;
  return {
    'gate.name': gate.metadata.name,
    'gate.claimant': gate.spec.claimant,
    'gate.verifier': gate.spec.verifier,
    'gate.scope': plain,
    'commit.sha': short,
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
