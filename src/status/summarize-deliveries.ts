import type { DeliveryObject } from '#api/delivery.ts';

import { isoOf, type Pass } from './pass.ts';

/** What became of deliveries in a pass over their agent: statuses to write, by key. */
export function summarizeDeliveries(
  pass: Pass,
): readonly { readonly key: string; readonly status: Readonly<Record<string, unknown>> }[] {
  const { seen } = pass;
  if (seen.kind !== 'Agent') return [];
  return pass.outcomes.flatMap(({ action, result, facts }) => {
    if (result !== 'Done') return [];
    if (action.type === 'TypeMessage') {
      const accepted = facts.accepted ?? true;
      return find(seen.related.deliveries, action.deliveries).map((delivery) =>
        typed(pass, delivery, { incarnation: action.incarnation, accepted }),
      );
    }
    if (action.type !== 'CreateSession') return [];
    // What the start prompt lists, the new incarnation has read.
    return find(seen.related.deliveries, action.deliveries).map((delivery) =>
      typed(pass, delivery, { incarnation: action.incarnation, accepted: true }),
    );
  });
}

function find(deliveries: readonly DeliveryObject[], names: readonly string[]): readonly DeliveryObject[] {
  return deliveries.filter(({ metadata }) => names.includes(metadata.name));
}

function typed(pass: Pass, delivery: DeliveryObject, how: { incarnation: string; accepted: boolean }) {
  const at = isoOf(pass);
  const { status, spec } = delivery;
  const isOnce =
    spec.cause.kind === 'Ping' ||
    spec.cause.kind === 'Nudge' ||
    spec.cause.kind === 'Notice' ||
    spec.cause.kind === 'Verdict';
  const taken = how.accepted
    ? { takenAt: at, takenIncarnation: how.incarnation, ...(isOnce ? { settledAt: at } : {}) }
    : {};
  return {
    key: `Delivery/${delivery.metadata.name}`,
    status: {
      ...status,
      conditions: status?.conditions ?? [],
      seenAt: status?.seenAt ?? at,
      typedAt: at,
      typedIncarnation: how.incarnation,
      attempts: (status?.attempts ?? 0) + 1,
      ...taken,
    },
  };
}
