import type { Reason } from '#api/reasons.ts';

import type { Action } from './action.ts';

/** Something that is not done now, and what it waits for. Waiting is not an error. */
export type Waiting = {
  readonly reason: Reason;
  /** One stable sentence for a person: no times, no counters. */
  readonly message: string;
  /** When the wait ends by itself, epoch ms. */
  readonly untilMs?: number | undefined;
  /** True when a person has to do something. */
  readonly needsPerson?: boolean;
};

/** Everything that is to be done for one object now, what it waits for, and when to look again. A value: carrying it out leaves nothing to decide. */
export type Plan = {
  readonly key: string;
  readonly actions: readonly Action[];
  readonly waiting: readonly Waiting[];
  /** Look again after this time even when nothing happens. */
  readonly requeueAfterMs?: number | undefined;
};

/** The moment a plan is made for. The only time and the only fresh identity a plan may use. */
export type Moment = {
  readonly wallMs: number;
  /** Fresh random identity (hex) for what this plan creates: incarnation, nonce, request id. */
  readonly id: string;
};

/** What one planning step decided: undefined hands on to the next step. */
export type Decision = Omit<Plan, 'key'>;

/** A decision that only waits. */
export function waitFor(
  reason: Reason,
  message: string,
  more: Omit<Waiting, 'reason' | 'message'> & { requeueAfterMs?: number } = {},
): Decision {
  const { requeueAfterMs, ...rest } = more;
  return { actions: [], waiting: [{ reason, message, ...rest }], requeueAfterMs };
}

/** A decision that acts. */
export function doNow(actions: readonly Action[], requeueAfterMs?: number): Decision {
  return { actions, waiting: [], requeueAfterMs };
}

/** A decision that neither acts nor waits. */
export function settled(requeueAfterMs?: number): Decision {
  return { actions: [], waiting: [], requeueAfterMs };
}

/** Both at once: what is done, what is waited for, and the earlier look. */
export function together(first: Decision | undefined, second: Decision | undefined): Decision | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  const looks = [first.requeueAfterMs, second.requeueAfterMs].filter((ms) => ms !== undefined);
  return {
    actions: [...first.actions, ...second.actions],
    waiting: [
      ...first.waiting,
      ...second.waiting.filter((one) => !first.waiting.some(({ message }) => message === one.message)),
    ],
    requeueAfterMs: looks.length === 0 ? undefined : Math.min(...looks),
  };
}
