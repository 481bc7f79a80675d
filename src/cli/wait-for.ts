import type { ObjectKey } from '#api/key.ts';
import { formatSpan } from '#api/time.ts';
import { isUnreadable, type Json, type StoredObject, type UnreadableObject } from '#store/store.ts';

import { conditionOf, isObserved } from './conditions-of.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { jsonPath, renderJsonValue } from './json-path.ts';
import { printable } from './printable.ts';
import { written } from './render-applied.ts';
import { shownObject } from './render-objects.ts';
import { until } from './until.ts';

/** What is waited for. */
export type WaitGoal =
  | { readonly what: 'condition'; readonly type: string; readonly status: string }
  | { readonly what: 'delete' }
  | { readonly what: 'jsonpath'; readonly path: string; readonly value: string | undefined };

/** The options of `ccci wait`. */
export type WaitOptions = { readonly keys: readonly ObjectKey[]; readonly goal: WaitGoal; readonly timeoutMs: number };

type Found = StoredObject | UnreadableObject | undefined;

/** Waits until every object has met the goal once; says of each when it has. */
export async function waitFor({ keys, goal, timeoutMs }: WaitOptions, context: Context): Promise<ExitCode> {
  const { terminal } = context;
  const store = await context.openStore();
  const open = new Set<string>(keys);
  const look = async () => {
    for (const key of [...open]) {
      if (!isMet(goal, await store.get(key))) continue;
      open.delete(key);
      terminal.out(`${written(key)} ${goal.what === 'delete' ? 'deleted' : 'condition met'}\n`);
    }
    return open.size === 0 ? true : undefined;
  };
  if ((await until(store, look, { timeoutMs })) === true) return EXIT.ok;
  for (const key of open)
    terminal.err(`error: timed out after ${formatSpan(timeoutMs)}: ${presentState(key, await store.get(key))}\n`);
  return EXIT.timedOut;
}

function isMet(goal: WaitGoal, object: Found): boolean {
  if (goal.what === 'delete') return object === undefined;
  if (object === undefined || isUnreadable(object)) return false;
  if (goal.what === 'condition') return isObserved(object) && conditionOf(object, goal.type)?.status === goal.status;
  const json: unknown = shownObject(object);
  const values = jsonPath(json as Json, goal.path);
  return goal.value === undefined ? values.length > 0 : values.some((value) => renderJsonValue(value) === goal.value);
}

function presentState(key: string, object: Found): string {
  if (object === undefined) return `${written(key)} does not exist`;
  if (isUnreadable(object)) return `${written(key)} can not be read`;
  const ready = conditionOf(object, 'Ready');
  const state =
    ready === undefined ? 'was not looked at yet' : `is Ready=${ready.status}, ${ready.reason}: ${ready.message}`;
  return printable(`${written(key)} ${state}`);
}
