import type { OrderOnce } from '#api/operator.ts';
import { activeOrder } from '#api/operator.ts';
import { parseDurationMs } from '#api/quantity.ts';
import { fromIso } from '#api/time.ts';

import type { MachineCase } from './machine-case.ts';

/** What allows a recreate, as it is written down when it is used up. */
export type Permission = { readonly kind: 'Approval' | 'Budget' | 'Order'; readonly id: string; readonly by: string };

/**
 * The approval that a person gave for exactly this failure of exactly this generation, and that is neither over nor used
 * up; undefined without one.
 */
export function approvalFor({ machine, moment }: MachineCase, failure: string): Permission | undefined {
  const order = activeOrder<OrderOnce>(machine.operator?.approve, moment.wallMs);
  if (order === undefined || order.id === machine.status?.consumedApproval) return undefined;
  const isForThis = order['failure'] === failure && order['generation'] === machine.metadata.generation;
  return isForThis ? { kind: 'Approval', id: order.id, by: order.by } : undefined;
}

/** A person's order to make the machine anew that was not carried out yet. It is its own approval. */
export function orderedRecreate({ machine }: MachineCase): Permission | undefined {
  const order = machine.operator?.recreate;
  if (order === undefined || order.id === machine.status?.handledRecreate) return undefined;
  return { kind: 'Order', id: order.id, by: order.by };
}

/** What is left of the budget that policy Automatic names; undefined when it is spent or there is none. */
export function automaticBudget({ machine, moment }: MachineCase): Permission | undefined {
  const { policy, max = 1, per = '24h' } = machine.spec.repair.recreate;
  if (policy !== 'Automatic') return undefined;
  const sinceMs = moment.wallMs - parseDurationMs(per);
  const spent = (machine.status?.recreates ?? []).filter((at) => (fromIso(at) ?? Infinity) > sinceMs);
  return spent.length < max ? { kind: 'Budget', id: moment.id, by: 'policy Automatic' } : undefined;
}
