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

/** A person's order about the phases of a sequence. `Advance`: the phase is done. `Set` and `Reopen`: it is the current one. */
export const PhaseOrder = OrderOnce.extend({
  verb: z.enum(['Advance', 'Reopen', 'Set']).describe('What is to be done.'),
  phase: z.string().describe('Name of the phase that it is about.'),
});
export type PhaseOrder = z.infer<typeof PhaseOrder>;

/** A person's word on one scope of a gate: it holds for one claim. */
export const GateOverride = OrderOnce.extend({
  scope: z.string().describe('Scope that it is about.'),
  verdict: z.enum(['Pass', 'Fail', 'Veto']).describe('What the person says.'),
  commit: z.string().describe('Claim that it is about, or the veto where nothing is claimed.'),
  answer: z.string().optional().describe('Verdict that the person had seen.'),
});
export type GateOverride = z.infer<typeof GateOverride>;

/** The operator's record of an object, kept beside its spec: it survives `apply`, and only the opposite command or `until` lifts it. */
export const OperatorIntent = z.looseObject({
  suspend: Order.optional().describe('Observe and show, do not act.'),
  stop: Order.extend({ now: z.boolean().optional() }).optional().describe('Stop at a safe point, or now.'),
  restart: OrderOnce.optional().describe('Restart once.'),
  resume: OrderOnce.optional().describe('Go on although a usage limit or a budget holds it.'),
  reconcile: OrderOnce.optional().describe('Look at it again at once.'),
  recreate: OrderOnce.optional().describe('Make the machine anew, which wipes its disk.'),
  backup: OrderOnce.optional().describe('Back the machine up.'),
  approve: OrderOnce.optional().describe('Approval of one destructive step; it is consumed before the step.'),
  overrides: z.array(GateOverride).optional().describe("A person's words on scopes of a gate."),
  phase: PhaseOrder.optional().describe('Which phase of a sequence is to be the current one.'),
});
export type OperatorIntent = z.infer<typeof OperatorIntent>;

/** The order while it is in force: undefined when there is none or its `until` is over. */
export function activeOrder<T extends Order>(order: T | undefined, nowMs: number): T | undefined {
  const untilMs = fromIso(order?.until);
  return untilMs !== undefined && untilMs <= nowMs ? undefined : order;
}
