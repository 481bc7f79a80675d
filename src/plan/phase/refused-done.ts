import { compact } from '#api/compact.ts';
import type { DeliveryObject, DeliverySpec } from '#api/delivery.ts';
import type { PhaseObject, RefusedDone } from '#api/phase.ts';
import { toIso } from '#api/time.ts';
import type { PhaseObservation } from '#observe/observation.ts';

import type { Action } from '../action.ts';
import type { Moment } from '../plan.ts';
import { shortHash } from '../short-hash.ts';
import { entryOf, phaseVerdict, type Refusal } from './phase-verdict.ts';

/** A done marker that does not count. `Unknown`: gates or status file were not looked at for this commit yet. */
export type DoneRefusal =
  | { readonly state: 'None' }
  | { readonly state: 'Unknown' }
  | { readonly state: 'Refused'; readonly matter: Refusal; readonly commit: string; readonly told: readonly string[] };

/** Whether the open phase shows its done marker although a gate has not passed, and since which commit. */
export function doneRefusal(phase: PhaseObject, seen: PhaseObservation): DoneRefusal {
  if (entryOf(phase, seen)?.state !== 'Current') return { state: 'None' };
  const verdict = phaseVerdict(phase, seen);
  if (verdict.state === 'Unknown') return { state: 'Unknown' };
  const matter = verdict.state === 'Open' ? verdict.refusal : undefined;
  const head = seen.repository?.status?.commit;
  if (matter === undefined || head === undefined) return { state: 'None' };
  return { state: 'Refused', matter, ...firstSeen(matter, { before: phase.status?.refused, seen, head }) };
}

function firstSeen(
  matter: Refusal,
  { before, seen, head }: { before: RefusedDone | undefined; seen: PhaseObservation; head: string },
): { readonly commit: string; readonly told: readonly string[] } {
  if (before !== undefined && isSame(before, matter)) return { commit: before.commit, told: before.told };
  // After a crash between message and status the message itself says at which commit it was.
  const open = seen.notices.find((notice) => isOpen(notice) && isAbout(notice, matter));
  return { commit: open?.spec.cause.sha ?? head, told: [] };
}

/** Messages to both agents of the gate, once per commit that began to show it; settled when the matter is over. */
export function noticeActions(phase: PhaseObject, seen: PhaseObservation, moment: Moment): readonly Action[] {
  const refusal = doneRefusal(phase, seen);
  if (refusal.state === 'Unknown') return [];
  const owed = refusal.state === 'Refused' ? noticesOf(phase, seen, { ...refusal, moment }) : [];
  const names = new Set(owed.map(({ name }) => name));
  const told = new Set([
    ...(refusal.state === 'Refused' ? refusal.told : []),
    ...seen.notices.map(({ metadata }) => metadata.name),
  ]);
  const over = seen.notices.filter((notice) => isOpen(notice) && !names.has(notice.metadata.name));
  return [
    ...owed.filter(({ name }) => !told.has(name)),
    ...over.map(({ metadata }) => ({
      type: 'SettleDelivery' as const,
      reason: 'DeliverySettled' as const,
      message: 'the matter is settled',
      blast: 'none' as const,
      name: metadata.name,
    })),
  ];
}

type CreateNotice = Extract<Action, { type: 'CreateDelivery' }>;

function noticesOf(
  phase: PhaseObject,
  seen: PhaseObservation,
  at: { readonly matter: Refusal; readonly commit: string; readonly moment: Moment },
): readonly CreateNotice[] {
  const { matter, commit } = at;
  const gate = seen.gates.find(({ name }) => name === matter.gate)?.gate;
  if (gate === undefined) return [];
  const { claimant, verifier } = gate.spec;
  return [claimant, verifier].map((agent) => ({
    type: 'CreateDelivery',
    reason: 'NoticePinged',
    message: `${agent} is told that the done marker does not count: gate "${matter.gate}" ${standing(matter)}`,
    blast: 'none',
    name: noticeName(phase.metadata.name, { agent, commit, matter }),
    spec: noticeSpec(phase, { ...at, agent }),
  }));
}

function noticeSpec(
  phase: PhaseObject,
  { matter, commit, agent, moment }: { matter: Refusal; commit: string; agent: string; moment: Moment },
): DeliverySpec {
  const { doneMarker, statusFile, id } = phase.spec;
  const sha = commit.slice(0, 12);
  const text = `${statusFile} says "${doneMarker}" at ${sha}, but it does not count: gate "${matter.gate}" ${standing(matter)}. Phase ${id} stays open; settle it in git.`;
  return {
    agentRef: { name: agent },
    nonce: sha,
    cause: {
      kind: 'Notice',
      sha: commit,
      phase: phase.metadata.name,
      verdict: matter.state,
      ...compact({ scope: matter.scope }),
    },
    text,
    createdAt: toIso(moment.wallMs),
  };
}

function noticeName(phase: string, about: { agent: string; commit: string; matter: Refusal }): string {
  const { agent, commit, matter } = about;
  const hash = shortHash(`${phase}/${agent}/${matter.gate}/${matter.state}/${matter.scope ?? ''}`);
  return `${phase.slice(0, 24).replace(/-+$/, '')}-done-${commit.slice(0, 12)}-${hash}`;
}

/** Where the gate stands, as the rest of a sentence about it. */
export function standing({ state, scope }: Refusal): string {
  const where = scope === undefined ? '' : ` in scope ${scope}`;
  const says = {
    Vetoed: `is under a veto${where}`,
    Failed: `was answered with FAIL${where}`,
    Unclear: `has no clear verdict${where}`,
    Claimed: `still waits for a verdict${where}`,
    Unclaimed: 'has no claim in this phase',
    Missing: 'does not exist',
  } as const;
  return says[state];
}

function isSame(before: RefusedDone, { gate, state, scope }: Refusal): boolean {
  return before.gate === gate && before.state === state && before.scope === scope;
}

function isAbout({ spec }: DeliveryObject, matter: Refusal): boolean {
  return spec.cause.verdict === matter.state && spec.cause.scope === matter.scope;
}

function isOpen({ status }: DeliveryObject): boolean {
  return status?.settledAt === undefined;
}
