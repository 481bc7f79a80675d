const FORBIDDEN = ['__proto__', 'constructor', 'prototype'];

const DEEPEST = 64;
const MOST_VALUES = 200_000;

/** A place in a value that can not be taken over safely. */
export type UnsafePlace = { readonly path: readonly (string | number)[]; readonly rule: string };

type Walk = { left: number; full: boolean; readonly found: UnsafePlace[] };

/** Places where a value from outside holds keys that change objects, is too deep or is too large. Always ends, also on cycles. */
export function findUnsafe(value: unknown): readonly UnsafePlace[] {
  const walk: Walk = { left: MOST_VALUES, full: false, found: [] };
  visit(value, [], walk);
  return walk.found.slice(0, 100);
}

function visit(value: unknown, path: readonly (string | number)[], walk: Walk): void {
  count(value, path, walk);
  if (walk.full || typeof value !== 'object' || value === null) return;
  if (path.length > DEEPEST) {
    walk.found.push({ path, rule: `must not be nested deeper than ${DEEPEST} levels` });
    return;
  }
  for (const key of Object.keys(value)) {
    const step = Array.isArray(value) ? Number(key) : key;
    if (FORBIDDEN.includes(key)) walk.found.push({ path: [...path, step], rule: `must not be named "${key}"` });
    else visit(Object.getOwnPropertyDescriptor(value, key)?.value, [...path, step], walk);
    if (walk.full) return;
  }
}

function count(value: unknown, path: readonly (string | number)[], walk: Walk): void {
  walk.left -= Array.isArray(value) ? 1 + value.length : 1;
  if (walk.left > 0 || walk.full) return;
  walk.full = true;
  walk.found.push({ path: path.slice(0, 1), rule: `must have at most ${MOST_VALUES} values` });
}
