import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolders, syncFolder, writeDurably } from './durable-file.ts';
import type { OnStep } from './durable-file.ts';
import { EventLog } from './event-log.ts';
import { freezeJson } from './freeze-json.ts';
import { compareKeys, formatStoreKey, isKind, parseStoreKey } from './key.ts';
import type { KeyParts } from './key.ts';
import { RecordFiles } from './record-files.ts';
import { renderSpecRecord, renderValueRecord } from './record-text.ts';
import { composeObject, createSpecRecord, markForDeletion, newestVersion } from './records.ts';
import { NEVER_WRITTEN, replaceSpecRecord, replaceValueRecord, withoutFinalizer } from './records.ts';
import type { Records, SpecRecord, Stamp, ValueRecord } from './records.ts';
import { Revision } from './revision.ts';
import { StateFolder } from './state-folder.ts';
import { toStorageError } from './storage-error.ts';
import { StoreLock } from './store-lock.ts';
import { watchStamps } from './store-watch.ts';
import { ConflictError, StorageError } from './store.ts';
import type { JsonObject, SpecWrite, Store, StoredEvent, StoredObject, UnreadableObject } from './store.ts';

/** What a file store takes from outside; each has a default fit for real use. */
export type FileStoreOptions = {
  /** The time, ISO 8601 UTC. */
  readonly now?: () => string;
  readonly uid?: () => string;
  /** Most events that are kept. */
  readonly eventCap?: number;
  /** How long a write waits for other processes' writes. */
  readonly lockTimeoutMs?: number;
  /** How often a watch looks without having been told. */
  readonly pollMs?: number;
  /** For tests of crashes: called before every step of every write. */
  readonly onStep?: OnStep;
};

/** Opens the store in a state directory, which is made by the first write. Nothing is read or written before it is asked for. */
export function createFileStore(stateDirectory: string, options: FileStoreOptions = {}): Store {
  return new FileStore(resolve(stateDirectory), {
    now: () => new Date().toISOString(),
    uid: randomUUID,
    eventCap: 5_000,
    lockTimeoutMs: 5_000,
    pollMs: 5_000,
    onStep: () => undefined,
    ...options,
  });
}

type Change =
  | { readonly spec: SpecRecord }
  | { readonly status: ValueRecord }
  | { readonly operator: ValueRecord }
  | 'gone'
  | 'none';
type Decide = (current: Records | undefined, stamp: Stamp) => Change;

/** Objects as human-readable JSON files. Writes are serialised over all processes; each replaces one file as a whole. */
class FileStore implements Store {
  readonly #options: Required<FileStoreOptions>;
  readonly #folder: StateFolder;
  readonly #files: RecordFiles;
  readonly #lock: StoreLock;
  readonly #revision: Revision;
  readonly #events: EventLog;
  readonly #closing = new AbortController();

  constructor(path: string, options: Required<FileStoreOptions>) {
    this.#options = options;
    this.#folder = new StateFolder(path, options.onStep);
    this.#files = new RecordFiles(path);
    this.#lock = new StoreLock(path, options.lockTimeoutMs);
    this.#revision = new Revision(path, options.onStep);
    this.#events = new EventLog(path, options.eventCap, options.onStep);
  }

  async get(key: string): Promise<StoredObject | UnreadableObject | undefined> {
    const parts = parseStoreKey(key);
    return this.#reading(() => this.#files.readObject(parts), undefined);
  }

  async list(kind?: string): Promise<readonly (StoredObject | UnreadableObject)[]> {
    if (kind !== undefined && !isKind(kind)) return [];
    return this.#reading(() => this.#listObjects(kind), []);
  }

  async writeSpec(write: SpecWrite): Promise<StoredObject> {
    const key = formatStoreKey(write.kind, write.name);
    return this.#changed(key, 'spec', (current, stamp) => {
      if ((current?.spec.version ?? 'absent') !== write.expect) throw new ConflictError(key, 'spec');
      const next = current ? replaceSpecRecord(current.spec, write, stamp) : createSpecRecord(write, stamp);
      return next === current?.spec ? 'none' : { spec: next };
    });
  }

  async writeStatus(key: string, status: JsonObject, expect: string): Promise<StoredObject> {
    return this.#changed(key, 'status', (current, stamp) => {
      const next = nextValue({ key, record: 'status', value: status, expect }, current, stamp);
      return next === current?.status ? 'none' : { status: next };
    });
  }

  async writeOperator(key: string, operator: JsonObject, expect: string): Promise<StoredObject> {
    return this.#changed(key, 'operator', (current, stamp) => {
      const next = nextValue({ key, record: 'operator', value: operator, expect }, current, stamp);
      return next === current?.operator ? 'none' : { operator: next };
    });
  }

  async requestDelete(key: string): Promise<void> {
    await this.#change(key, (current, stamp) =>
      current ? specChange(current, markForDeletion(current.spec, stamp)) : 'none',
    );
  }

  async removeFinalizer(key: string, finalizer: string): Promise<void> {
    await this.#change(key, (current, stamp) =>
      current ? specChange(current, withoutFinalizer(current.spec, finalizer, stamp)) : 'none',
    );
  }

  async addEvents(events: readonly StoredEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.#writing('write events', () => this.#events.append(events));
  }

  async events(filter: { about?: string; limit?: number } = {}): Promise<readonly StoredEvent[]> {
    const all = this.#reading(() => this.#events.read(), []);
    const wanted = filter.about === undefined ? all : all.filter((event) => event.about === filter.about);
    return filter.limit === undefined ? wanted : wanted.slice(Math.max(0, wanted.length - filter.limit));
  }

  watch(onChange: (keys: readonly string[]) => void, signal: AbortSignal): void {
    const watched = { folder: this.#folder.path, stamps: () => this.#stamps(), pollMs: this.#options.pollMs };
    watchStamps(watched, onChange, AbortSignal.any([signal, this.#closing.signal]));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#lock.close();
  }

  #reading<T>(read: () => T, nothing: T): T {
    try {
      return this.#folder.isReadable() ? read() : nothing;
    } catch (error) {
      throw toStorageError('read the state directory', error);
    }
  }

  #listObjects(kind: string | undefined): (StoredObject | UnreadableObject)[] {
    const keys = this.#files.listKeys(kind).sort(compareKeys);
    return keys.map((key) => this.#files.readObject(key)).filter((found) => found !== undefined);
  }

  #stamps(): ReadonlyMap<string, string> {
    const keys = this.#files.listKeys();
    return new Map(
      keys.map((key) => [`${key.kind}/${key.name}`, this.#files.readStamp(key)?.text ?? '']).filter(hasStamp),
    );
  }

  async #changed(key: string, record: string, decide: Decide): Promise<StoredObject> {
    const records = await this.#change(key, decide);
    if (records === undefined) throw new ConflictError(key, record);
    return composeObject(freezeJson(records));
  }

  /** The whole of a write: read what is there, decide, replace one file, tell watchers. Answers the records after it. */
  async #change(key: string, decide: Decide): Promise<Records | undefined> {
    const parts = parseStoreKey(key);
    return this.#writing(`write "${key}"`, async () => {
      const current = this.#files.readRecords(parts);
      if (current !== undefined && 'unreadable' in current) {
        throw new StorageError(
          'Unreadable',
          `could not write "${key}": its record can not be read: ${current.unreadable}`,
        );
      }
      const revision = this.#nextRevision(current);
      const change = decide(current, { version: String(revision), uid: this.#options.uid(), at: this.#options.now() });
      if (change === 'none') return current;
      if (change === 'gone') return this.#remove(parts, revision);
      await this.#replace(parts, current, change);
      await this.#revision.bump(revision);
      const written = this.#files.readRecords(parts);
      return written === undefined || 'unreadable' in written ? undefined : written;
    });
  }

  async #writing<T>(action: string, work: () => Promise<T>): Promise<T> {
    try {
      await this.#folder.make();
      return await this.#lock.run(async () => {
        await this.#folder.ensureFormat();
        return work();
      });
    } catch (error) {
      throw toStorageError(action, error);
    }
  }

  /** A lost counter starts again at the time in ms, which is past all that it gave out. */
  #nextRevision(current: Records | undefined): number {
    const last = this.#revision.read() ?? (Date.parse(this.#options.now()) || 0);
    return Math.max(last, current ? Number(newestVersion(current)) : 0) + 1;
  }

  async #replace(key: KeyParts, current: Records | undefined, change: Exclude<Change, string>): Promise<void> {
    const { onStep } = this.#options;
    const folder = this.#files.folderOf(key);
    if (current === undefined) {
      await makeFolders(this.#folder.path, ['objects', key.kind, key.name], onStep);
      // What a lost spec record left behind belongs to an object that is no more.
      for (const name of ['status', 'operator']) await rm(join(folder, `${name}.json`), { force: true });
    }
    const [name, text] = renderChange(change);
    await writeDurably(join(folder, `${name}.json`), text, onStep);
  }

  /** The folder is moved away in one step, so that no crash leaves a part of the object. */
  async #remove(key: KeyParts, revision: number): Promise<undefined> {
    const { onStep } = this.#options;
    await this.#revision.keep(revision);
    const trash = join(this.#folder.path, 'trash');
    await rm(trash, { recursive: true, force: true });
    const folder = this.#files.folderOf(key);
    onStep('rename', trash);
    await rename(folder, trash);
    await syncFolder(join(folder, '..'), onStep);
    onStep('remove', trash);
    await rm(trash, { recursive: true, force: true }).catch(() => undefined);
    await this.#revision.bump(revision + 1);
    return undefined;
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

function specChange(current: Records, next: SpecRecord | 'gone'): Change {
  if (next === 'gone') return 'gone';
  return next === current.spec ? 'none' : { spec: next };
}

function renderChange(change: Exclude<Change, string>): [name: string, text: string] {
  if ('spec' in change) return ['spec', renderSpecRecord(change.spec)];
  if ('status' in change) return ['status', renderValueRecord('status', change.status)];
  return ['operator', renderValueRecord('operator', change.operator)];
}

function hasStamp(entry: readonly [string, string] | string[]): entry is [string, string] {
  return entry[1] !== '';
}
