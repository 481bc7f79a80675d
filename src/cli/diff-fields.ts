import type { Json, JsonObject } from '#store/store.ts';

/** One field that differs: added (no `before`), removed (no `after`) or changed. */
export type FieldChange = {
  readonly path: readonly (string | number)[];
  readonly before?: Json;
  readonly after?: Json;
};

/** The fields that differ between two JSON values, from the outside in, in the order of the later one. */
export function diffFields(
  before: Json | undefined,
  after: Json | undefined,
  path: readonly (string | number)[] = [],
): readonly FieldChange[] {
  if (after === undefined) return before === undefined ? [] : [{ path, before }];
  if (before === undefined && !isBranch(after)) return [{ path, after }];
  if (isBranch(after) && (before === undefined || isBranch(before))) return diffBranches(before, after, path);
  return before === after ? [] : [{ path, ...(before === undefined ? {} : { before }), after }];
}

type Branch = JsonObject | readonly Json[];

function diffBranches(before: Branch | undefined, after: Branch, path: readonly (string | number)[]) {
  if (before !== undefined && Array.isArray(before) !== Array.isArray(after)) return [{ path, before, after }];
  const [old, now] = [new Map(Object.entries(before ?? {})), new Map(Object.entries(after))];
  const isNewLeaf = before === undefined && now.size === 0;
  if (isNewLeaf) return [{ path, after }];
  const keys = [...now.keys(), ...[...old.keys()].filter((key) => !now.has(key))];
  const isList = Array.isArray(after);
  return keys.flatMap((key) => diffFields(old.get(key), now.get(key), [...path, isList ? Number(key) : key]));
}

function isBranch(value: Json): value is Branch {
  return typeof value === 'object' && value !== null;
}
