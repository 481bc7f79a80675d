import { decodeObject } from '#api/decode.ts';
import type { AnyObject } from '#api/kinds.ts';
import { ObjectSet } from '#observe/object-set.ts';
import { isUnreadable, type Store, type StoredObject, type UnreadableObject } from '#store/store.ts';

/** The objects of one moment: typed ones, how each is stored, and those that can not be read. */
export type Loaded = {
  readonly objects: ObjectSet;
  readonly stored: ReadonlyMap<string, StoredObject>;
  readonly unreadable: ReadonlyMap<string, string>;
};

type Typed = { readonly object: AnyObject } | { readonly unreadable: string };

/** Reads all objects, typed; what is stored unchanged is not parsed again. */
export class ObjectCache {
  readonly #store: Store;
  #typed = new WeakMap<StoredObject, Typed>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Throws StorageError when the store can not be read. */
  async load(): Promise<Loaded> {
    const stored = new Map<string, StoredObject>();
    const unreadable = new Map<string, string>();
    const objects: AnyObject[] = [];
    for (const entry of await this.#store.list()) {
      const { key, read } = this.#read(entry);
      if ('unreadable' in read) {
        unreadable.set(key, read.unreadable);
        continue;
      }
      objects.push(read.object);
      if (!isUnreadable(entry)) stored.set(key, entry);
    }
    return { objects: new ObjectSet(objects, unreadable.keys()), stored, unreadable };
  }

  #read(entry: StoredObject | UnreadableObject): { key: string; read: Typed } {
    if (isUnreadable(entry)) return { key: `${entry.kind}/${entry.name}`, read: { unreadable: entry.unreadable } };
    const read = this.#typed.get(entry) ?? decodeObject(entry);
    this.#typed.set(entry, read);
    return { key: `${entry.kind}/${entry.metadata.name}`, read };
  }
}
