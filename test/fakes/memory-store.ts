import { freezeJson } from '#store/freeze-json.ts';
import { compareKeys, formatStoreKey, parseStoreKey } from '#store/key.ts';
import type { KeyParts } from '#store/key.ts';
import { composeObject, createSpecRecord, markForDeletion, newestVersion } from '#store/records.ts';
import { NEVER_WRITTEN, replaceSpecRecord, replaceValueRecord, withoutFinalizer } from '#store/records.ts';
import type { Records, SpecRecord, Stamp, ValueRecord } from '#store/records.ts';
import { ConflictError, StorageError } from '#store/store.ts';
import type { JsonObject, SpecWrite, Store, StoredEvent, StoredObject, UnreadableObject } from '#store/store.ts';

/** One write, as the fault hook sees it. */
export type MemoryWrite = {
  readonly operation: 'writeSpec' | 'writeStatus' | 'writeOperator' | 'requestDelete' | 'removeFinalizer' | 'addEvents';
  readonly key: string;
};

export type MemoryStoreOptions = {
  /** The time, ISO 8601 UTC. */
  readonly now?: () => string;
  readonly eventCap?: number;
  /** Called before and after each write that changes something; what it throws reaches the caller. After means: it is stored. */
  readonly onWrite?: (when: 'before' | 'after', write: MemoryWrite) => void;
};

/** The store's semantics in memory, in one thread and without chance: uids are counted, watchers are told within the write. */
export class MemoryStore implements Store {
  readonly #options: Required<MemoryStoreOptions>;
  readonly #records = new Map<string, Records>();
  readonly #unreadable = new Map<string, UnreadableObject>();
  readonly #watchers = new Set<(keys: readonly string[]) => void>();
  /** What is not written again is not made again: records never change in place. */
  readonly #composed = new WeakMap<Records, StoredObject>();
  /** Every key in the order of a list; undefined after an object came or went. */
  #sorted: readonly KeyParts[] | undefined;
  #events: readonly StoredEvent[] = [];
  #revision = 0;
  #uids = 0;

  constructor(options: MemoryStoreOptions = {}) {
    this.#options = { now: () => '2026-01-01T00:00:00.000Z', eventCap: 5_000, onWrite: () => undefined, ...options };
  }

  async get(key: string): Promise<StoredObject | UnreadableObject | undefined> {
    parseStoreKey(key);
    return this.#read(key);
  }

  async list(kind?: string): Promise<readonly (StoredObject | UnreadableObject)[]> {
    this.#sorted ??= [...this.#records.keys()].map(parseStoreKey).sort(compareKeys);
    const wanted = this.#sorted.filter((key) => kind === undefined || key.kind === kind);
    return wanted.flatMap((key) => this.#read(`${key.kind}/${key.name}`) ?? []);
  }

  async writeSpec(write: SpecWrite): Promise<StoredObject> {
    const key = formatStoreKey(write.kind, write.name);
    const records = this.#change({ operation: 'writeSpec', key }, (current, stamp) => {
      if ((current?.spec.version ?? 'absent') !== write.expect) throw new ConflictError(key, 'spec');
      const spec = current ? replaceSpecRecord(current.spec, write, stamp) : createSpecRecord(write, stamp);
      return spec === current?.spec ? current : { ...current, spec };
    });
    return composeOrConflict(records, key, 'spec');
  }

  async writeStatus(key: string, status: JsonObject, expect: string): Promise<StoredObject> {
    const records = this.#change({ operation: 'writeStatus', key }, (current, stamp) => {
      const next = nextValue({ key, record: 'status', value: status, expect }, current, stamp);
      return current && (next === current.status ? current : { ...current, status: next });
    });
    return composeOrConflict(records, key, 'status');
  }

  async writeOperator(key: string, operator: JsonObject, expect: string): Promise<StoredObject> {
    const records = this.#change({ operation: 'writeOperator', key }, (current, stamp) => {
      const next = nextValue({ key, record: 'operator', value: operator, expect }, current, stamp);
      return current && (next === current.operator ? current : { ...current, operator: next });
    });
    return composeOrConflict(records, key, 'operator');
  }

  async requestDelete(key: string): Promise<void> {
    this.#change({ operation: 'requestDelete', key }, (current, stamp) => {
      return current && withSpec(current, markForDeletion(current.spec, stamp));
    });
  }

  async removeFinalizer(key: string, finalizer: string): Promise<void> {
    this.#change({ operation: 'removeFinalizer', key }, (current, stamp) => {
      return current && withSpec(current, withoutFinalizer(current.spec, finalizer, stamp));
    });
  }

  async addEvents(events: readonly StoredEvent[]): Promise<void> {
    const known = new Set(this.#events.map((event) => event.id));
    const fresh = events.filter((event) => !known.has(event.id) && known.add(event.id));
    if (fresh.length === 0) return;
    const write = { operation: 'addEvents', key: fresh[0]?.about ?? '' } as const;
    this.#options.onWrite('before', write);
    this.#events = [...this.#events, ...structuredClone(fresh)].slice(-this.#options.eventCap);
    this.#options.onWrite('after', write);
  }

  async events(filter: { about?: string; limit?: number } = {}): Promise<readonly StoredEvent[]> {
    const wanted = this.#events.filter((event) => filter.about === undefined || event.about === filter.about);
    return filter.limit === undefined ? wanted : wanted.slice(Math.max(0, wanted.length - filter.limit));
  }

  watch(onChange: (keys: readonly string[]) => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#watchers.add(onChange);
    signal.addEventListener('abort', () => this.#watchers.delete(onChange), { once: true });
  }

  async close(): Promise<void> {
    this.#watchers.clear();
  }

  /** Makes an object's record unreadable from now on, as a broken file would be. */
  breakRecord(key: string, unreadable: string): void {
    this.#unreadable.set(key, freezeJson({ ...parseStoreKey(key), unreadable }));
  }

  #change(
    write: MemoryWrite,
    decide: (current: Records | undefined, stamp: Stamp) => Records | 'gone' | undefined,
  ): Records | undefined {
    const { key } = write;
    parseStoreKey(key);
    const current = this.#records.get(key);
    this.#refuseUnreadable(key);
    const revision = Math.max(this.#revision, current ? Number(newestVersion(current)) : 0) + 1;
    const stamp = { version: String(revision), uid: `uid-${this.#uids + 1}`, at: this.#options.now() };
    const next = decide(current, stamp);
    if (next === current) return current;
    this.#options.onWrite('before', write);
    this.#revision = revision;
    if (current === undefined) this.#uids += 1;
    if (current === undefined || next === 'gone' || next === undefined) this.#sorted = undefined;
    if (next === 'gone' || next === undefined) this.#records.delete(key);
    else this.#records.set(key, freezeJson(asRead(next, current)));
    for (const watcher of this.#watchers) watcher([key]);
    this.#options.onWrite('after', write);
    return this.#records.get(key);
  }

  #read(key: string): StoredObject | UnreadableObject | undefined {
    const records = this.#records.get(key);
    return this.#unreadable.get(key) ?? (records && this.#compose(records));
  }

  #compose(records: Records): StoredObject {
    const composed = this.#composed.get(records) ?? freezeJson(composeObject(records));
    this.#composed.set(records, composed);
    return composed;
  }

  #refuseUnreadable(key: string): void {
    const broken = this.#unreadable.get(key);
    if (broken === undefined) return;
    throw new StorageError('Unreadable', `could not write "${key}": its record can not be read: ${broken.unreadable}`);
  }
}

type ValueWrite = {
  readonly key: string;
  readonly record: 'status' | 'operator';
  readonly value: JsonObject;
  readonly expect: string;
};

function nextValue(write: ValueWrite, current: Records | undefined, stamp: Stamp): ValueRecord {
  const before = current?.[write.record];
  if (!current || (before?.version ?? NEVER_WRITTEN) !== write.expect) throw new ConflictError(write.key, write.record);
  return replaceValueRecord(before, write.value, { version: stamp.version, uid: current.spec.metadata.uid });
}

function withSpec(current: Records, next: SpecRecord | 'gone'): Records | 'gone' {
  if (next === 'gone') return 'gone';
  return next === current.spec ? current : { ...current, spec: next };
}

function composeOrConflict(records: Records | undefined, key: string, record: string): StoredObject {
  if (records === undefined) throw new ConflictError(key, record);
  return freezeJson(composeObject(records));
}

/** What files would give back: no undefined fields, nothing shared with the caller; what is not written again stays as it was read. */
function asRead(next: Records, current: Records | undefined): Records {
  const { spec, status, operator } = next;
  return {
    spec: spec === current?.spec ? spec : toJson(spec),
    ...(status && { status: status === current?.status ? status : toJson(status) }),
    ...(operator && { operator: operator === current?.operator ? operator : toJson(operator) }),
  };
}

function toJson<T>(record: T): T {
  return JSON.parse(JSON.stringify(record)) as T;
}
