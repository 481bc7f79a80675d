import { z } from 'zod';

import { Timestamp } from './fields.ts';
import { fromIso } from './time.ts';

/** What a person ordered on the command line: who, when, why and until when. */
export const Order = z.looseObject({
  by: z.string().describe('Name of the person or agent that ordered it.'),
  uid: z.int().optional().describe('Numeric user id.'),
  terminal: z.string().optional().describe('Terminal that the order came from.'),
  at: Timestamp.describe('When it was ordered.'),
  why: z.string().optional().describe('Reason that the person gave.'),
  until: Timestamp.optional().describe('When the order lifts itself.'),
});
export type Order = z.infer<typeof Order>;

/** An order that is carried out once; `id` tells it from the one before. */
export const OrderOnce = Order.extend({ id: z.string().describe('Identity of the order.') });
export type OrderOnce = z.infer<typeof OrderOnce>;

/** The operator's record of an object, kept beside its spec: it survives `apply`, and only the opposite command or `until` lifts it. */
export const OperatorIntent = z.looseObject({
  suspend: Order.optional().describe('Observe and show, do not act.'),
  stop: Order.extend({ now: z.boolean().optional() }).optional().describe('Stop at a safe point, or now.'),
  restart: OrderOnce.optional().describe('Restart once.'),
  reconcile: OrderOnce.optional().describe('Look at it again at once.'),
  approve: OrderOnce.optional().describe('Approval of one destructive step; it is consumed before the step.'),
  phase: OrderOnce.extend({ set: z.string() }).optional().describe('Phase that a person set as the current one.'),
});
export type OperatorIntent = z.infer<typeof OperatorIntent>;

/** The order while it is in force: undefined when there is none or its `until` is over. */
export function activeOrder<T extends Order>(order: T | undefined, nowMs: number): T | undefined {
  const untilMs = fromIso(order?.until);
  return untilMs !== undefined && untilMs <= nowMs ? undefined : order;
}
