import type { Forecast } from '#controller/plan-everything.ts';
import { planLines, type PlanLine } from '#plan/render-plan.ts';
import type { Waiting } from '#plan/plan.ts';

import type { StoreDiff } from './store-diff.ts';

/** Something that is not done now, and of which object. */
export type WaitLine = Waiting & { readonly key: string };

/** Everything that `diff` tells. */
export type Difference = {
  readonly store: readonly StoreDiff[];
  readonly actions: readonly PlanLine[];
  readonly waiting: readonly WaitLine[];
  /** What becomes of the phases. */
  readonly phases: Forecast['phases'];
  readonly unknown: Forecast['unknown'];
  readonly refused: Forecast['refused'];
};

/** Puts together what would be stored and what would be done. */
export function differenceOf(store: readonly StoreDiff[], { plans, unknown, refused, phases }: Forecast): Difference {
  return {
    store,
    actions: plans.flatMap(planLines),
    waiting: plans.flatMap((plan) => plan.waiting.map((waiting) => ({ key: plan.key, ...waiting }))),
    phases,
    unknown,
    refused,
  };
}

/** True when nothing would be stored, nothing done, and no phase is to change. */
export function isConverged({ store, actions, refused, phases }: Difference): boolean {
  const isSettled = refused.length === 0 && phases.every(({ isNews }) => !isNews);
  return store.length === 0 && actions.length === 0 && isSettled;
}
