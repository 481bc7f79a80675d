import type { DeliveryObject, DeliveryStatus } from '#api/delivery.ts';
import type { Reason } from '#api/reasons.ts';

import { condition, conditionsOf, unsettledReadiness, type Pass } from './pass.ts';

/** The status of a message after a pass over its own key. How far it has come is written by its agent's key. */
export function summarizeDelivery(pass: Pass<DeliveryObject>): DeliveryStatus {
  const { status, metadata } = pass.object;
  const ready = { ready: 'True', progress: 'Settled', reason: 'Ready', message: '' } as const;
  const isTaken = status?.takenAt !== undefined;
  const taken = condition('Taken', isTaken, { reason: isTaken ? 'DeliveryTaken' : stepOf(status) });
  return {
    attempts: 0,
    ...status,
    observedGeneration: metadata.generation,
    conditions: [...conditionsOf(pass, unsettledReadiness(pass) ?? ready, [taken])],
  };
}

function stepOf(status: DeliveryObject['status']): Reason {
  if (status?.settledAt !== undefined) return 'DeliverySettled';
  if (status?.queuedAt !== undefined) return 'DeliveryQueued';
  return status?.typedAt === undefined ? 'DeliveryDue' : 'DeliveryTyped';
}
