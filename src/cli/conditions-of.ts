import type { JsonObject, StoredObject } from '#store/store.ts';

/** A condition as it is stored, read without schemas. */
export type StoredCondition = {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string | undefined;
  readonly observedGeneration: number | undefined;
};

/** The conditions of a stored object; what is no condition is left out. */
export function conditionsOf({ status }: Pick<StoredObject, 'status'>): readonly StoredCondition[] {
  const list = status?.['conditions'];
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const { type, status: value, reason, message, lastTransitionTime, observedGeneration } = entry as JsonObject;
    return [
      {
        type: text(type),
        status: text(value),
        reason: text(reason),
        message: text(message),
        lastTransitionTime: typeof lastTransitionTime === 'string' ? lastTransitionTime : undefined,
        observedGeneration: typeof observedGeneration === 'number' ? observedGeneration : undefined,
      },
    ];
  });
}

/** One condition of a stored object. */
export function conditionOf(object: Pick<StoredObject, 'status'>, type: string): StoredCondition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}

/** A field below `status`, when it is a text. */
export function statusText({ status }: Pick<StoredObject, 'status'>, name: string): string | undefined {
  const value = status?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** True when the status is about the spec as it is now. */
export function isObserved({ metadata, status }: StoredObject): boolean {
  return status?.['observedGeneration'] === metadata.generation;
}

/** Kinds whose progress is the work of agents: that one of them is not done yet is no fault of the rig. */
const PROGRESS_KINDS = ['Gate', 'Phase', 'Sequence', 'Delivery'];

/** Where an object stands: `Settled` is Ready, or at rest as somebody wants it, or in the hands of agents. */
export function standingOf(object: StoredObject): 'Settled' | 'Reconciling' | 'Stalled' | 'Unknown' {
  const ready = conditionOf(object, 'Ready');
  if (ready === undefined || !isObserved(object)) return 'Reconciling';
  if (ready.status === 'True') return 'Settled';
  if (conditionOf(object, 'Stalled')?.status === 'True') return 'Stalled';
  if (ready.status === 'Unknown') return 'Unknown';
  if (PROGRESS_KINDS.includes(object.kind)) return 'Settled';
  return conditionOf(object, 'Reconciling')?.status === 'True' ? 'Reconciling' : 'Settled';
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
