/** True when two JSON values hold the same; the order of an object's fields does not count, undefined fields are no fields. */
export function equalJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && equalLists(a, b);
  return equalFields(a as Record<string, unknown>, b as Record<string, unknown>);
}

function equalLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => equalJson(item, b[index]));
}

function equalFields(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const keys = fieldsOf(a);
  return keys.length === fieldsOf(b).length && keys.every((key) => Object.hasOwn(b, key) && equalJson(a[key], b[key]));
}

function fieldsOf(object: Record<string, unknown>): string[] {
  return Object.keys(object).filter((key) => object[key] !== undefined);
}
