import { isKind, parseKindName } from './kind.ts';
import type { Kind } from './kind.ts';

/** Names one object: `Kind/name`. What queues, stores and plans carry. */
export type ObjectKey = `${Kind}/${string}`;

/** The kind and the name that a key stands for. */
export type KeyParts = { readonly kind: Kind; readonly name: string };

/** The key of an object. */
export function formatKey(kind: Kind, name: string): ObjectKey {
  return `${kind}/${name}`;
}

/** The key as people write it: the kind in lower case, `agent/builder`. */
export function renderKey(key: ObjectKey): string {
  const slash = key.indexOf('/');
  return key.slice(0, slash).toLowerCase() + key.slice(slash);
}

/** Kind and name of an exact key such as `Agent/builder`. Throws RangeError for anything else: use parseKey for what people type. */
export function splitKey(key: string): KeyParts {
  const [kind = '', name = '', ...rest] = key.split('/');
  if (!isKind(kind) || name === '' || rest.length > 0) {
    throw new RangeError(`could not read ${JSON.stringify(key)} as a key: it must be Kind/name, such as Agent/builder`);
  }
  return { kind, name };
}

/** The key that a person means by `agent/builder`, `vm/cc` or `Agent/builder`; undefined when the kind is unknown or a part is missing. */
export function parseKey(text: string): ObjectKey | undefined {
  const [word = '', name = '', ...rest] = text.split('/');
  const kind = parseKindName(word);
  return kind === undefined || name === '' || rest.length > 0 ? undefined : formatKey(kind, name);
}
