import { activeOrder, type OperatorIntent } from '#api/operator.ts';
import { fromIso } from '#api/time.ts';

import { waitFor, type Decision, type Moment } from './plan.ts';

type Suspendable = {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly suspend: boolean };
  readonly operator?: OperatorIntent | undefined;
};

/** Waits when the manifest or a person's order suspends the object: it is observed and shown, not acted on. */
export function whenSuspended(object: Suspendable, moment: Moment): Decision | undefined {
  const order = activeOrder(object.operator?.suspend, moment.wallMs);
  if (!object.spec.suspend && order === undefined) return undefined;
  const key = `${object.kind.toLowerCase()}/${object.metadata.name}`;
  const message =
    order === undefined
      ? 'suspended by its manifest; set suspend: false'
      : `suspended by ${order.by}; "ccci resume ${key}" lifts it`;
  const untilMs = fromIso(order?.until);
  return waitFor(
    'Suspended',
    message,
    untilMs === undefined ? {} : { untilMs, requeueAfterMs: untilMs - moment.wallMs },
  );
}
