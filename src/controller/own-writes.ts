import type { Store, StoredObject } from '#store/store.ts';

/**
 * A store that remembers what was written through it. A change that the controller made itself needs no second look:
 * its pass has told the dependents already.
 */
export class OwnWrites {
  readonly store: Store;
  readonly #inner: Store;
  readonly #versions = new Map<string, string>();

  constructor(inner: Store) {
    this.#inner = inner;
    const remember = (object: StoredObject): StoredObject => {
      this.#versions.set(`${object.kind}/${object.metadata.name}`, object.metadata.resourceVersion);
      return object;
    };
    this.store = {
      get: (key) => inner.get(key),
      list: (kind) => inner.list(kind),
      writeSpec: async (write) => remember(await inner.writeSpec(write)),
      writeStatus: async (key, status, expect) => remember(await inner.writeStatus(key, status, expect)),
      writeOperator: async (key, operator, expect) => remember(await inner.writeOperator(key, operator, expect)),
      requestDelete: (key) => inner.requestDelete(key),
      removeFinalizer: (key, finalizer) => inner.removeFinalizer(key, finalizer),
      addEvents: (events) => inner.addEvents(events),
      events: (filter) => inner.events(filter),
      watch: (onChange, signal) => inner.watch((keys) => void this.#tell(keys, onChange), signal),
      close: () => inner.close(),
    };
  }

  async #tell(keys: readonly string[], onChange: (keys: readonly string[]) => void): Promise<void> {
    const foreign: string[] = [];
    for (const key of keys) if (!(await this.#isOwn(key))) foreign.push(key);
    if (foreign.length > 0) onChange(foreign);
  }

  // What can not be read may be anybody's change: it is told.
  async #isOwn(key: string): Promise<boolean> {
    const object = await this.#inner.get(key).catch(() => undefined);
    return object !== undefined && 'metadata' in object && object.metadata.resourceVersion === this.#versions.get(key);
  }
}
