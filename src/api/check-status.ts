import type { Condition } from './condition.ts';
import { compareConditions, findCondition, isTrue } from './conditions.ts';
import { isConditionType, isReason } from './reasons.ts';

/** A rule that a status broke. Numbers are stable and can be quoted. */
export type StatusFinding = { readonly rule: number; readonly message: string };

/** As much of an object as the rules look at. */
export type CheckedObject = {
  readonly metadata: { readonly generation?: number | undefined };
  readonly status?:
    { readonly conditions: readonly Condition[]; readonly observedGeneration?: number | undefined } | undefined;
};

type Status = NonNullable<CheckedObject['status']>;

const TIME = /\d{1,2}:\d{2}|\d{4}-\d{2}-\d{2}|\b\d+ ?(ms|milliseconds?|seconds?|minutes?|hours?|days?) ago\b/;
/** Reasons whose messages quote somebody: what is quoted is as stable as the quote. */
const QUOTING: readonly string[] = ['PhaseBlocked'];
const COUNTER = /\battempts? #?\d|\b\d+(st|nd|rd|th)\b|\(\d+ ?(\/|of) ?\d+\)/i;

/** Every rule that a status breaks: run at the end of tests and before a status is written. */
export function checkStatus({ metadata, status }: CheckedObject): readonly StatusFinding[] {
  if (status === undefined)
    return [{ rule: 1, message: 'there must be a status with a Ready condition from the first visit' }];
  const { conditions } = status;
  return [
    ...checkTrio(conditions),
    ...checkGenerations(status, metadata.generation),
    ...checkOrder(conditions),
    ...conditions.flatMap(checkCondition),
    ...finding('phase' in status, 10, 'a status must not have a field "phase": conditions say what is so'),
  ];
}

function checkTrio(conditions: readonly Condition[]): readonly StatusFinding[] {
  const ready = findCondition(conditions, 'Ready');
  const reconciling = isTrue(conditions, 'Reconciling');
  const stalled = isTrue(conditions, 'Stalled');
  return [
    ...finding(ready === undefined, 1, 'Ready must be among the conditions'),
    ...finding(reconciling && stalled, 2, 'Reconciling and Stalled must not both be True'),
    ...finding(
      ready?.status === 'True' && (reconciling || stalled),
      3,
      'nothing is Ready while it is Reconciling or Stalled',
    ),
  ];
}

function checkGenerations(status: Status, generation: number | undefined): readonly StatusFinding[] {
  const { conditions, observedGeneration: observed } = status;
  if (observed === undefined) return [{ rule: 4, message: 'observedGeneration must be set' }];
  const ahead = [observed, ...conditions.map((condition) => condition.observedGeneration ?? 0)];
  const ready = isTrue(conditions, 'Ready');
  const newest = generation ?? observed;
  return [
    ...finding(
      ahead.some((seen) => seen > newest),
      4,
      'no observedGeneration may be above metadata.generation',
    ),
    ...finding(ready && observed < newest, 5, 'nothing is Ready while observedGeneration lags'),
  ];
}

function checkOrder(conditions: readonly Condition[]): readonly StatusFinding[] {
  const types = conditions.map(({ type }) => type);
  const sorted = conditions.toSorted(compareConditions).map(({ type }) => type);
  return [
    ...finding(new Set(types).size < types.length, 6, 'each condition type must be there once'),
    ...finding(
      types.join() !== sorted.join(),
      6,
      'conditions must be sorted: Ready, Reconciling, Stalled, then by name',
    ),
  ];
}

function checkCondition({ type, status, reason, message }: Condition): readonly StatusFinding[] {
  const isQuote = QUOTING.includes(reason);
  const explained = type !== 'Ready' || status === 'True' || message !== '';
  return [
    ...finding(!isConditionType(type), 7, `condition type "${type}" must be on the list in api/reasons.ts`),
    ...finding(!isReason(reason), 7, `reason "${reason}" of ${type} must be on the list in api/reasons.ts`),
    ...finding(!explained, 8, `Ready is ${status}, so its message must say why`),
    ...finding(!isQuote && TIME.test(message), 9, `message of ${type} must be without times: "${message}"`),
    ...finding(!isQuote && COUNTER.test(message), 9, `message of ${type} must be without counters: "${message}"`),
    ...finding(
      /[.\s]$/.test(message) || message.includes('\n'),
      9,
      `message of ${type} must be one line without a final full stop: "${message}"`,
    ),
  ];
}

function finding(broken: boolean, rule: number, message: string): readonly StatusFinding[] {
  return broken ? [{ rule, message }] : [];
}
