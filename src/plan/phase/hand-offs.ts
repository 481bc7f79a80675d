import { compact } from '#api/compact.ts';
import type { DeliveryObject } from '#api/delivery.ts';
import type { HandOff, PhaseObject } from '#api/phase.ts';
import type { PhaseObservation } from '#observe/observation.ts';

import { entryOf } from './phase-verdict.ts';

/** Hand-offs that one phase remembers: enough for weeks of work on it, and little on disk. */
const KEPT_HAND_OFFS = 300;

/**
 * The settled hand-offs of the phase, oldest first: those that it remembers, and those whose messages are still there.
 * Messages are let go a day after they were settled; the timeline of a long run needs their times.
 */
export function keptHandOffs(phase: PhaseObject, seen: PhaseObservation): readonly HandOff[] {
  const kept = new Map((phase.status?.handOffs ?? []).map((handOff) => [handOff.name, handOff]));
  for (const delivery of settledMessages(phase, seen)) kept.set(delivery.metadata.name, handOffOf(delivery));
  return [...kept.values()].sort(bySeen).slice(-KEPT_HAND_OFFS);
}

// A message belongs to the phase that was open when it was made.
function settledMessages(phase: PhaseObject, seen: PhaseObservation): readonly DeliveryObject[] {
  const { openedAt, doneAt, state } = entryOf(phase, seen) ?? {};
  if (openedAt === undefined || state === 'Pending') return [];
  return [...seen.handOffs, ...seen.notices].filter(({ spec: { createdAt }, status }) => {
    const isOfPhase = createdAt >= openedAt && (doneAt === undefined || createdAt <= doneAt);
    return isOfPhase && status?.settledAt !== undefined;
  });
}

/** The times of one message. */
export function handOffOf({ metadata, spec, status }: DeliveryObject): HandOff {
  const { kind, gate, sha, scope, verdict } = spec.cause;
  const { typedAt, takenAt, settledAt } = status ?? {};
  return {
    name: metadata.name,
    agent: spec.agentRef.name,
    kind,
    seenAt: spec.createdAt,
    ...compact({ gate, sha, scope, verdict, typedAt, takenAt, settledAt }),
  };
}

function bySeen(a: HandOff, b: HandOff): number {
  if (a.seenAt !== b.seenAt) return a.seenAt < b.seenAt ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}
