import type { Json, JsonObject } from '#store/store.ts';

/** The operations that turn one JSON value into the other (RFC 6902). A list is replaced as a whole. */
export function jsonPatch(before: JsonObject, after: JsonObject, path = ''): readonly JsonObject[] {
  const keys = [...Object.keys(after), ...Object.keys(before).filter((key) => !Object.hasOwn(after, key))];
  return keys.flatMap((key): readonly JsonObject[] => {
    const at = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const [old, now] = [before[key], after[key]];
    if (now === undefined) return [{ op: 'remove', path: at }];
    if (old === undefined) return [{ op: 'add', path: at, value: now }];
    if (isObject(old) && isObject(now)) return jsonPatch(old, now, at);
    return JSON.stringify(old) === JSON.stringify(now) ? [] : [{ op: 'replace', path: at, value: now }];
  });
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
