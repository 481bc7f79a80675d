import { formatKey, type ObjectKey } from '#api/key.ts';
import { KIND_ORDER, kindWords, parseKindName, type Kind } from '#api/kind.ts';
import { didYouMean } from '#api/suggest.ts';
import { isUnreadable, type Store, type StoredObject, type UnreadableObject } from '#store/store.ts';

import { CliError, usageError } from './cli-error.ts';
import { written } from './render-applied.ts';

/** What a person asks for: whole kinds, or objects by name. */
export type Selection = { readonly kinds: readonly Kind[] } | { readonly keys: readonly ObjectKey[] };

/** Reads `KIND`, `KIND NAME...`, `KIND/NAME...`, `KIND,KIND` or `all`. Throws a usage error for a kind that does not exist. */
export function readSelection(words: readonly string[]): Selection {
  const [first, ...names] = words;
  if (first === undefined) throw usageError('a kind is missing', 'name one, such as agents, or all');
  if (words.some((word) => word.includes('/'))) return { keys: words.map(readKey) };
  if (first === 'all') {
    if (names.length > 0) throw usageError('"all" takes no names');
    return { kinds: KIND_ORDER };
  }
  const kinds = [...new Set(first.split(',').map(readKind))];
  const [kind] = kinds;
  if (names.length === 0 || kind === undefined) return { kinds };
  if (kinds.length > 1) throw usageError('names can not be given with several kinds', 'write KIND/NAME for each');
  return { keys: names.map((name) => formatKey(kind, name)) };
}

/** The kind that a person means. */
export function readKind(word: string): Kind {
  const kind = parseKindName(word);
  if (kind !== undefined) return kind;
  const meant = didYouMean(word, KIND_ORDER.flatMap(kindWords));
  throw usageError(`there is no kind ${JSON.stringify(word)}`, meant ?? `kinds are ${KIND_ORDER.join(', ')}`);
}

/** The key that a person means by `agent/builder`. */
export function readKey(text: string): ObjectKey {
  const [word = '', name = '', ...rest] = text.split('/');
  if (name === '' || rest.length > 0)
    throw usageError(
      `could not read ${JSON.stringify(text)}`,
      'an object is named as KIND/NAME, such as agent/builder',
    );
  return formatKey(readKind(word), name);
}

/** The selected objects. Throws when one that was named does not exist, with what was probably meant. */
export async function selectObjects(
  selection: Selection,
  store: Store,
): Promise<readonly (StoredObject | UnreadableObject)[]> {
  if ('kinds' in selection) {
    const lists = await Promise.all(selection.kinds.map((kind) => store.list(kind)));
    return lists.flat();
  }
  return Promise.all(selection.keys.map((key) => requireObject(key, store)));
}

/** The stored object with that key. Throws when there is none, with what was probably meant. */
export async function requireObject(key: ObjectKey, store: Store): Promise<StoredObject | UnreadableObject> {
  const object = await store.get(key);
  if (object !== undefined) return object;
  const names = (await store.list(key.slice(0, key.indexOf('/')))).map(nameOf);
  const name = key.slice(key.indexOf('/') + 1);
  const others = names.length === 0 ? undefined : `there are ${names.join(', ')}`;
  throw new CliError(`there is no ${written(key)}`, { hint: didYouMean(name, names) ?? others });
}

/** As `requireObject`, for what needs to read or change the object. */
export async function requireReadable(key: ObjectKey, store: Store): Promise<StoredObject> {
  const object = await requireObject(key, store);
  if (!isUnreadable(object)) return object;
  throw new CliError(`could not read ${written(key)}: ${object.unreadable}`, {
    hint: 'apply its manifest again, or repair its record in the state directory',
  });
}

/** The name of an object, readable or not. */
export function nameOf(object: StoredObject | UnreadableObject): string {
  return isUnreadable(object) ? object.name : object.metadata.name;
}
