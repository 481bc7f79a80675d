import type { DeliveryObject } from '#api/delivery.ts';
import { fromIso } from '#api/time.ts';

import { doNow, settled, type Decision, type Moment, type Plan } from './plan.ts';

/** Settled messages are kept this long, for the timeline. */
export const KEEP_DELIVERY_MS = 24 * 3_600_000;

/** Lets a message go that is not worth telling any more, or was settled long ago. A gate looks after its own. */
export function planDelivery(delivery: DeliveryObject, _seen: unknown, moment: Moment): Plan {
  return { key: `Delivery/${delivery.metadata.name}`, ...decide(delivery, moment) };
}

/** True when the message's time is over and it was not taken. */
export function isExpired({ spec, status }: DeliveryObject, moment: Moment): boolean {
  const notAfterMs = fromIso(spec.notAfter);
  return notAfterMs !== undefined && notAfterMs <= moment.wallMs && status?.takenAt === undefined;
}

/** True when the message was settled so long ago that nobody asks for it. */
export function isForgettable({ status }: DeliveryObject, moment: Moment): boolean {
  const settledMs = fromIso(status?.settledAt);
  return settledMs !== undefined && settledMs < moment.wallMs - KEEP_DELIVERY_MS;
}

function decide(delivery: DeliveryObject, moment: Moment): Decision {
  const { name } = delivery.metadata;
  if (delivery.status?.settledAt === undefined && isExpired(delivery, moment)) {
    const message = 'its time is over and it was not taken';
    return doNow([{ type: 'SettleDelivery', reason: 'DeliveryExpired', message, blast: 'none', name }]);
  }
  if (delivery.spec.cause.gate !== undefined || !isForgettable(delivery, moment)) return settled();
  return doNow([
    { type: 'DeleteDelivery', reason: 'DeliverySettled', message: 'it was settled long ago', blast: 'none', name },
  ]);
}
