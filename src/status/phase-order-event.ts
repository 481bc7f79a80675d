import type { StoredEvent } from '#store/store.ts';

import { isoOf, type Pass } from './pass.ts';
import type { StatusRecord } from './summarize.ts';

/** Tells about a person's order to a sequence in the pass that carried it out; nothing in every other pass. */
export function phaseOrderEvents(pass: Pass, after: StatusRecord): readonly StoredEvent[] {
  const { object } = pass;
  if (object.kind !== 'Sequence' || after['handledOrder'] === object.status?.handledOrder) return [];
  const { orders } = after as { readonly orders?: NonNullable<NonNullable<typeof object.status>['orders']> };
  const order = orders?.at(-1);
  if (order === undefined) return [];
  const { id, by, verb, phase, why, refused } = order;
  const what = { Advance: 'is done', Reopen: 'is opened again', Set: 'is the current one' }[verb] ?? verb;
  const because = why === undefined ? '' : `: ${why}`;
  const end = refused === undefined ? '' : `; not carried out: ${refused}`;
  return [
    {
      id: `${pass.plan.key}/order/${id}`,
      about: pass.plan.key,
      type: refused === undefined ? 'Normal' : 'Warning',
      reason: refused === undefined ? 'OperatorPhase' : 'OperatorPhaseRefused',
      message: `${by} ordered: phase "${phase}" ${what}${because}${end}`,
      at: isoOf(pass),
      count: 1,
    },
  ];
}
