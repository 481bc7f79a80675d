import type { GateObject } from '#api/gate.ts';
import type { GateObservation } from '#observe/observation.ts';

import type { ScopeState } from '../derive-gate.ts';
import type { Obligation } from '../gate-delivery.ts';
import type { Moment } from '../plan.ts';
import { shortHash } from '../short-hash.ts';
import type { GateReading } from './read-gate.ts';
import { waitStage } from './verdict-wait.ts';

type Case = { readonly gate: GateObject; readonly seen: GateObservation; readonly moment: Moment };

/** Every message that somebody is owed now: open claims to the verifier, answers to the claimant. Each has a name of its own. */
export function obligations(at: Case, reading: GateReading): readonly Obligation[] {
  const all = [...reading.scopes, ...reading.carried].flatMap((scope) => [
    ...openClaim(at, scope),
    ...answers(at, scope),
  ]);
  return all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index);
}

function openClaim(at: Case, scope: ScopeState): readonly Obligation[] {
  const { claim, awaits } = scope;
  if (claim === undefined || awaits === undefined) return [];
  // A claim that is late is told in other words and under another name: it is typed once more.
  const kind = waitStage(at.gate, scope, at.moment) === 'Waiting' ? 'Claim' : 'Reminder';
  return [owe(at, scope, { agent: at.gate.spec.verifier, kind, sha: claim.sha })];
}

function answers(at: Case, scope: ScopeState): readonly Obligation[] {
  const { claimant, verifier } = at.gate.spec;
  const { claim, verdict, state, awaits, evidence, override, isVerdictVoid = false } = scope;
  if (override !== undefined)
    return [owe(at, scope, { agent: claimant, kind: 'Override', sha: override.commit, id: override.id })];
  const failed =
    evidence?.state === 'Failed' && claim !== undefined
      ? [owe(at, scope, { agent: claimant, kind: 'Evidence', sha: claim.sha })]
      : [];
  // PASS is told when it is whole. Answers from before the gate was first seen were read by their claimant long ago.
  const isMute = isVerdictVoid || state === 'EvidenceRunning';
  if (verdict === undefined || isMute || !isFresh(at, verdict.sha)) return failed;
  const unclear =
    awaits === 'ClearVerdict' ? [owe(at, scope, { agent: verifier, kind: 'Unclear', sha: verdict.sha })] : [];
  return [...failed, ...unclear, owe(at, scope, { agent: claimant, kind: 'Verdict', sha: verdict.sha })];
}

function isFresh({ seen }: Case, sha: string): boolean {
  return seen.freshShas.state === 'known' && seen.freshShas.value.includes(sha);
}

type Owed = Pick<Obligation, 'agent' | 'kind' | 'sha'> & { readonly id?: string };

function owe({ gate }: Case, scope: ScopeState, { id = '', ...owed }: Owed): Obligation {
  return { ...owed, scope, name: deliveryName(gate, owed, id) };
}

// The name stands for the cause: gate, commit and addressee. Long names are cut, and told apart by a hash of the whole.
function deliveryName(gate: GateObject, { agent, kind, sha }: Omit<Owed, 'id'>, id: string): string {
  const name = gate.metadata.name;
  const whole = `${name}/${agent}${id === '' ? '' : `/${id}`}`;
  return `${name.slice(0, 24).replace(/-+$/, '')}-${kind.toLowerCase()}-${sha.slice(0, 12)}-${shortHash(whole)}`;
}
