import type { Outcome } from '#act/outcome.ts';
import type { Condition } from '#api/condition.ts';
import type { AnyObject } from '#api/kinds.ts';
import { setCondition, setReadiness, type ConditionChange, type Readiness } from '#api/conditions.ts';
import type { ConditionType, Reason } from '#api/reasons.ts';
import { isReason } from '#api/reasons.ts';
import { toIso } from '#api/time.ts';
import type { Observation } from '#observe/observation.ts';
import type { Moment, Plan } from '#plan/plan.ts';

/** One pass over one object: what it is, what was seen, what was planned, and how that went. */
export type Pass<O extends AnyObject = AnyObject, S extends Observation = Observation> = {
  readonly object: O;
  readonly seen: S;
  readonly plan: Plan;
  readonly outcomes: readonly Outcome[];
  readonly moment: Moment;
};

/** The pass's time as text. */
export function isoOf(pass: Pick<Pass, 'moment'>): string {
  return toIso(pass.moment.wallMs);
}

/** Conditions of the object with readiness and further changes put in. */
export function conditionsOf(
  pass: Pass,
  readiness: Readiness,
  changes: readonly ConditionChange[],
): readonly Condition[] {
  const moment = { generation: pass.object.metadata.generation ?? 0, now: isoOf(pass) };
  const before = pass.object.status?.conditions ?? [];
  const base = setReadiness(before, readiness, moment);
  return changes.reduce((list, change) => setCondition(list, change, moment), base);
}

/** One condition's change in short. */
export function condition(
  type: ConditionType,
  holds: boolean | undefined,
  why: { reason: string; message?: string },
): ConditionChange {
  const status = holds === undefined ? 'Unknown' : holds ? 'True' : 'False';
  return { type, status, reason: reasonOf(why.reason), message: why.message ?? '' };
}

/** Readiness when something failed or is waited for; undefined when the pass had neither. */
export function unsettledReadiness(pass: Pass): Readiness | undefined {
  const failed = pass.outcomes.find(({ result }) => result === 'Failed');
  if (failed !== undefined) {
    return {
      ready: 'False',
      progress: 'Reconciling',
      reason: reasonOf(failed.reason ?? 'ActionFailed'),
      message: failed.message ?? '',
    };
  }
  const waiting = pass.plan.waiting[0];
  if (waiting !== undefined) {
    const progress = waiting.needsPerson === true ? 'Stalled' : 'Reconciling';
    return {
      ready: isUnknown(waiting.reason) ? 'Unknown' : 'False',
      progress,
      reason: waiting.reason,
      message: waiting.message,
    };
  }
  const action = pass.plan.actions.find(({ type }) => type !== 'EnsureAccount');
  return action === undefined
    ? undefined
    : { ready: 'False', progress: 'Reconciling', reason: reasonOf(action.reason), message: action.message };
}

/** The outcome of the first action of that type that was done. */
export function doneOutcome(pass: Pass, type: Outcome['action']['type']): Outcome | undefined {
  return pass.outcomes.find((outcome) => outcome.action.type === type && outcome.result === 'Done');
}

function isUnknown(reason: string): boolean {
  return (
    reason.endsWith('Unknown') ||
    reason.endsWith('Unreachable') ||
    reason === 'DependencyStale' ||
    reason === 'ServerHung'
  );
}

// Reasons of drivers and outcomes are words too, but the list is closed: one that is not on it becomes the general one.
function reasonOf(word: string): Reason {
  return isReason(word) ? word : 'Progressing';
}
