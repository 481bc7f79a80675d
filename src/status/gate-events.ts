import type { GateObject, GateStatus } from '#api/gate.ts';
import type { GateObservation } from '#observe/observation.ts';
import { readGate } from '#plan/gate/read-gate.ts';
import type { ScopeRecord } from '#plan/gate/scope-facts.ts';
import type { StoredEvent } from '#store/store.ts';

import { foreignSentence } from './gate-conditions.ts';
import { isoOf, type Pass } from './pass.ts';
import type { StatusRecord } from './summarize.ts';

type GatePass = Pass<GateObject, GateObservation>;
type Said = Pick<StoredEvent, 'type' | 'reason' | 'message'>;

/** What a gate has to tell beside its conditions, each once: commits that do not count, words of a person, ends of evidence. */
export function gateEvents(pass: Pass, status: StatusRecord): readonly StoredEvent[] {
  if (pass.object.kind !== 'Gate' || pass.seen.kind !== 'Gate') return [];
  return eventsOfGate({ ...pass, object: pass.object, seen: pass.seen }, status as GateStatus);
}

function eventsOfGate(pass: GatePass, after: GateStatus): readonly StoredEvent[] {
  const event = (what: string, said: Said): StoredEvent => ({
    id: `${pass.plan.key}/${what}`,
    about: pass.plan.key,
    at: isoOf(pass),
    count: 1,
    ...said,
  });
  const before = scopesOf(pass.object.status);
  return [
    ...foreignEvents(pass, event),
    ...scopesOf(after).flatMap((scope) => [
      ...overrideEvent(scope, before, event),
      ...evidenceEvent(scope, before, event),
    ]),
  ];
}

type MakeEvent = (what: string, said: Said) => StoredEvent;

// What was there when the gate was first seen is shown, and no news.
function foreignEvents(pass: GatePass, event: MakeEvent): readonly StoredEvent[] {
  const { object, seen } = pass;
  const old = new Set((object.status?.foreign ?? []).map(({ sha }) => sha));
  const fresh = seen.freshShas.state === 'known' ? new Set(seen.freshShas.value) : new Set<string>();
  return (readGate(object, seen)?.foreign ?? [])
    .filter(({ commit }) => fresh.has(commit.sha) && !old.has(commit.sha))
    .map((one) => {
      const said = { type: 'Warning', reason: one.rejection, message: foreignSentence(one) } as const;
      return event(`foreign/${one.commit.sha}`, said);
    });
}

function overrideEvent(
  { scope, override }: ScopeRecord,
  before: readonly ScopeRecord[],
  event: MakeEvent,
): readonly StoredEvent[] {
  if (override === undefined || before.some((one) => one.override?.id === override.id)) return [];
  const { by, verdict, commit, why = 'no reason given' } = override;
  const message = `${by} says ${verdict.toUpperCase()} to ${commit.slice(0, 12)} on "${scope}": ${why}`;
  return [event(`override/${override.id}`, { type: 'Normal', reason: 'GateOverridden', message })];
}

function evidenceEvent(
  { evidence, claim }: ScopeRecord,
  before: readonly ScopeRecord[],
  event: MakeEvent,
): readonly StoredEvent[] {
  if (evidence?.state !== 'Failed' || claim === undefined) return [];
  if (before.some((one) => one.evidence?.run === evidence.run && one.evidence.state === 'Failed')) return [];
  const message = `claim ${claim.sha.slice(0, 12)}: ${evidence.said ?? ''}; see ${evidence.output ?? ''}`;
  return [event(`evidence/${evidence.run}`, { type: 'Warning', reason: 'EvidenceFailed', message })];
}

function scopesOf(status: GateStatus | undefined): readonly ScopeRecord[] {
  return [...(status?.scopes ?? []), ...(status?.carried ?? [])];
}
