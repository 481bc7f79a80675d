import type { Condition, ConditionStatus } from './condition.ts';
import type { ConditionType, Reason } from './reasons.ts';

export type { Condition, ConditionStatus } from './condition.ts';

/** What a condition is to say from now on. */
export type ConditionChange = {
  readonly type: ConditionType;
  readonly status: ConditionStatus;
  readonly reason: Reason;
  readonly message: string;
};

/** For which generation (undefined when the object has none), and when: `now` is ISO 8601 text, because this folder has no clock. */
export type ConditionMoment = { readonly generation: number | undefined; readonly now: string };

/** The whole answer to "is it as desired": Ready, and whether it is still being worked on or stuck. */
export type Readiness = {
  readonly ready: ConditionStatus;
  /** Reconciling: on its way. Stalled: nothing helps until something changes. Settled: neither. */
  readonly progress: 'Reconciling' | 'Stalled' | 'Settled';
  readonly reason: Reason;
  readonly message: string;
};

const FIRST: readonly string[] = ['Ready', 'Reconciling', 'Stalled'];

/** The conditions with one of them changed: sorted, and with a new transition time only when its status is another one. */
export function setCondition(
  conditions: readonly Condition[],
  change: ConditionChange,
  { generation, now }: ConditionMoment,
): Condition[] {
  const before = findCondition(conditions, change.type);
  const lastTransitionTime = before?.status === change.status ? before.lastTransitionTime : now;
  const observed = generation === undefined ? {} : { observedGeneration: generation };
  const after: Condition = { ...change, ...observed, lastTransitionTime };
  return [...conditions.filter(({ type }) => type !== change.type), after].toSorted(compareConditions);
}

/** The conditions without one type. */
export function removeCondition(conditions: readonly Condition[], type: ConditionType): Condition[] {
  return conditions.filter((condition) => condition.type !== type);
}

/** The condition of a type; undefined when it was never written. */
export function findCondition(conditions: readonly Condition[], type: ConditionType): Condition | undefined {
  return conditions.find((condition) => condition.type === type);
}

/** True when a condition is there and says True. */
export function isTrue(conditions: readonly Condition[], type: ConditionType): boolean {
  return findCondition(conditions, type)?.status === 'True';
}

/** The conditions with Ready, Reconciling and Stalled set together, so that they never contradict each other. */
export function setReadiness(
  conditions: readonly Condition[],
  readiness: Readiness,
  moment: ConditionMoment,
): Condition[] {
  const { ready, progress, reason, message } = readiness;
  const changes: readonly ConditionChange[] = [
    { type: 'Ready', status: ready, reason, message },
    progress === 'Reconciling'
      ? { type: 'Reconciling', status: 'True', reason, message }
      : { type: 'Reconciling', status: 'False', reason: 'Settled', message: '' },
    progress === 'Stalled'
      ? { type: 'Stalled', status: 'True', reason, message }
      : { type: 'Stalled', status: 'False', reason: 'NotStalled', message: '' },
  ];
  return changes.reduce<Condition[]>((list, change) => setCondition(list, change, moment), [...conditions]);
}

/** Ready, Reconciling and Stalled first, then by name: the order in which people read them. */
export function compareConditions(a: Condition, b: Condition): number {
  return rank(a) - rank(b) || (a.type < b.type ? -1 : Number(a.type > b.type));
}

function rank({ type }: Condition): number {
  const index = FIRST.indexOf(type);
  return index === -1 ? FIRST.length : index;
}
