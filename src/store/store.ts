/** Anything JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** Metadata as stored. `resourceVersion` changes with any record of the object, `generation` only with `spec`. */
export type StoredMetadata = {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly generation: number;
  readonly resourceVersion: string;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly { kind: string; name: string; uid: string }[];
};

/** One object with its three records: spec (written by apply), status (by the controller), operator (by a person's verbs). */
export type StoredObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: StoredMetadata;
  readonly spec: JsonObject;
  readonly status?: JsonObject;
  readonly operator?: JsonObject;
  /** What apply set last, for the three-way merge. */
  readonly lastApplied?: JsonObject;
  /** Texts of files that the manifest names, by field path, as they were when it was applied: `{'spec.prompt.file': '...'}`. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Version of each record, for compare-and-swap of that record alone. */
  readonly versions: { readonly spec: string; readonly status: string; readonly operator: string };
};

/** An object whose record can not be read: it keeps its name, and its live things are left alone. */
export type UnreadableObject = { readonly kind: string; readonly name: string; readonly unreadable: string };

/** Something that happened, for a person. */
export type StoredEvent = {
  /** Deterministic, so that writing it twice keeps one. */
  readonly id: string;
  /** `Kind/name` of what it is about. */
  readonly about: string;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly at: string;
  /** How often it happened, when repeats were folded. */
  readonly count: number;
};

/** The record that a compare-and-swap write found changed since it was read. */
export class ConflictError extends Error {
  constructor(key: string, record: string) {
    super(
      `could not write ${record} of "${key}": it was changed by somebody else since it was read; read it again and repeat`,
    );
    this.name = 'ConflictError';
  }
}

/** The store can not be read or written (full, read-only, gone, newer format, one record broken). Nothing was changed. `reason` for conditions. */
export class StorageError extends Error {
  readonly reason: 'StorageUnavailable' | 'NewerFormat' | 'Unreadable';
  constructor(reason: StorageError['reason'], message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'StorageError';
    this.reason = reason;
  }
}

/**
 * What a spec write carries. `expect` is the spec record's version, or 'absent' to create. A write without change keeps
 * the version. An optional field that is left out keeps what is stored.
 */
export type SpecWrite = {
  readonly kind: string;
  readonly name: string;
  readonly expect: string | 'absent';
  readonly apiVersion: string;
  readonly spec: JsonObject;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: StoredMetadata['ownerReferences'];
  readonly lastApplied?: JsonObject;
  readonly texts?: Readonly<Record<string, string>>;
};

/** Objects by key, with compare-and-swap per record. Safe for a CLI and a controller at once. All writes are atomic and on disk when they return. */
export interface Store {
  /** Undefined when there is none. Throws StorageError, and InvalidKeyError for a key that is no `Kind/name`. */
  get(key: string): Promise<StoredObject | UnreadableObject | undefined>;
  /** All objects, or those of a kind, sorted by kind and name. */
  list(kind?: string): Promise<readonly (StoredObject | UnreadableObject)[]>;
  /** Creates or replaces the spec record; bumps `generation` only when `spec` differs. Throws ConflictError. */
  writeSpec(write: SpecWrite): Promise<StoredObject>;
  /** Replaces the status record. `expect` is `versions.status` ('0' before the first). Throws ConflictError, also when the object is gone. */
  writeStatus(key: string, status: JsonObject, expect: string): Promise<StoredObject>;
  /** Replaces the operator record, as `writeStatus` does its own. */
  writeOperator(key: string, operator: JsonObject, expect: string): Promise<StoredObject>;
  /** Marks for deletion; without finalizers the object is gone at once. Repeatable. An unreadable object is refused. */
  requestDelete(key: string): Promise<void>;
  /** Takes a finalizer away; the last one of an object marked for deletion removes it. */
  removeFinalizer(key: string, finalizer: string): Promise<void>;
  /** Adds events; an id that is there already is kept once. Old ones beyond the cap are dropped. */
  addEvents(events: readonly StoredEvent[]): Promise<void>;
  /** Newest last. */
  events(filter?: { about?: string; limit?: number }): Promise<readonly StoredEvent[]>;
  /** Calls `onChange` with keys that may have changed, also by another process; hints only: list is the truth. */
  watch(onChange: (keys: readonly string[]) => void, signal: AbortSignal): void;
  close(): Promise<void>;
}

/** True for an object whose record could not be read. */
export function isUnreadable(object: StoredObject | UnreadableObject): object is UnreadableObject {
  return 'unreadable' in object;
}
