import type { AgentObject } from '#api/agent.ts';
import type { DeliveryObject } from '#api/delivery.ts';
import { fromIso } from '#api/time.ts';
import type { AgentObservation } from '#observe/observation.ts';

import { isoOf, type Pass } from './pass.ts';

type DeliveryChange = { readonly key: string; readonly status: Readonly<Record<string, unknown>> };

/** An incarnation that has lived this long has read its start prompt. */
const READ_MS = 10_000;

/** Causes that are settled by being taken. */
const ONCE: readonly string[] = ['Ping', 'Nudge', 'Notice', 'Verdict'];

/** What became of deliveries in a pass over their agent: statuses to write, by key. */
export function summarizeDeliveries(pass: Pass): readonly DeliveryChange[] {
  const { seen, object } = pass;
  if (seen.kind !== 'Agent' || object.kind !== 'Agent') return [];
  const changed = pass.outcomes.flatMap(({ action, result, facts }) => {
    if (result !== 'Done' || (action.type !== 'TypeMessage' && action.type !== 'CreateSession')) return [];
    // What the start prompt lists is taken by the new incarnation, but settled only once that has shown life.
    const isTyped = action.type === 'TypeMessage';
    const how = { incarnation: action.incarnation, accepted: facts.accepted ?? true, isTyped };
    return find(seen.related.deliveries, action.deliveries).map((delivery) => told(pass, delivery, how));
  });
  return [...changed, ...(changed.length > 0 ? [] : readFromPrompt(pass, object, seen))];
}

function readFromPrompt(pass: Pass, agent: AgentObject, seen: AgentObservation): readonly DeliveryChange[] {
  const startedMs = fromIso(agent.status?.startedAt);
  const hasLived =
    seen.process.state === 'known' && startedMs !== undefined && pass.moment.wallMs >= startedMs + READ_MS;
  if (!hasLived) return [];
  return seen.related.deliveries
    .filter(({ spec, status }) => ONCE.includes(spec.cause.kind) && isTakenNow(agent, status))
    .map(({ metadata }) => ({ key: `Delivery/${metadata.name}`, status: { settledAt: isoOf(pass) } }));
}

function isTakenNow(agent: AgentObject, status: DeliveryObject['status']): boolean {
  return status?.takenAt !== undefined && status.takenIncarnation === agent.status?.incarnation;
}

function find(deliveries: readonly DeliveryObject[], names: readonly string[]): readonly DeliveryObject[] {
  return deliveries.filter(({ metadata }) => names.includes(metadata.name));
}

type Telling = { readonly incarnation: string; readonly accepted: boolean; readonly isTyped: boolean };

function told(pass: Pass, { metadata, status, spec }: DeliveryObject, how: Telling): DeliveryChange {
  const at = isoOf(pass);
  const { conditions = [], seenAt = at, attempts = 0 } = status ?? {};
  const isPassing = spec.cause.kind === 'Nudge' || spec.cause.kind === 'Notice';
  const isSettled = ONCE.includes(spec.cause.kind) && (how.isTyped || isPassing);
  const taken = { takenAt: at, takenIncarnation: how.incarnation, ...(isSettled ? { settledAt: at } : {}) };
  const typed = { conditions, seenAt, typedAt: at, typedIncarnation: how.incarnation, attempts: attempts + 1 };
  return { key: `Delivery/${metadata.name}`, status: { ...status, ...typed, ...(how.accepted ? taken : {}) } };
}
