import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readFileStamp } from './file-stamp.ts';
import { freezeJson } from './freeze-json.ts';
import { isKind, isName } from './key.ts';
import type { KeyParts } from './key.ts';
import { parseSpecRecord, parseValueRecord, RECORD_NAMES, RecordMistake } from './record-text.ts';
import type { RecordName } from './record-text.ts';
import { composeObject, isRecordOf } from './records.ts';
import type { Records, ValueRecord } from './records.ts';
import { isErrno } from './storage-error.ts';
import type { StoredObject, UnreadableObject } from './store.ts';

type CacheEntry = { readonly stamp: string; readonly found: StoredObject | UnreadableObject };

/** What one object's folder holds. */
export type ReadRecords = Records | UnreadableObject | undefined;

/** Reads `objects/<Kind>/<name>/{spec,status,operator}.json`. Keeps what it read while the files' stamps stay the same. */
export class RecordFiles {
  readonly #objectsFolder: string;
  readonly #cache = new Map<string, CacheEntry>();

  constructor(stateFolder: string) {
    this.#objectsFolder = join(stateFolder, 'objects');
  }

  /** The folder of an object. The key's halves were validated, so it is always below the state directory. */
  folderOf(key: KeyParts): string {
    return join(this.#objectsFolder, key.kind, key.name);
  }

  /** Keys of all folders that may hold an object, unsorted. */
  listKeys(kind?: string): KeyParts[] {
    const kinds = kind === undefined ? listFolder(this.#objectsFolder).filter(isKind) : [kind];
    return kinds.flatMap((each) =>
      listFolder(join(this.#objectsFolder, each))
        .filter(isName)
        .map((name) => ({ kind: each, name })),
    );
  }

  /** The object, as far as it can be read; undefined when there is none. */
  readObject(key: KeyParts): StoredObject | UnreadableObject | undefined {
    const id = `${key.kind}/${key.name}`;
    const stamp = this.readStamp(key);
    if (stamp === undefined) return this.#forget(id);
    const cached = this.#cache.get(id);
    if (cached?.stamp === stamp.text) return cached.found;
    const records = this.readRecords(key);
    if (records === undefined) return this.#forget(id);
    const found = freezeJson('unreadable' in records ? records : composeObject(records));
    if (!stamp.racy) this.#cache.set(id, { stamp: stamp.text, found });
    return found;
  }

  /** One stamp over the three files; undefined when there is no spec record, and so no object. */
  readStamp(key: KeyParts): { text: string; racy: boolean } | undefined {
    const folder = this.folderOf(key);
    const stamps = RECORD_NAMES.map((name) => readFileStamp(join(folder, `${name}.json`)));
    if (stamps[0] === undefined) return undefined;
    return { text: stamps.map((stamp) => stamp?.text).join(' '), racy: stamps.some((stamp) => stamp?.racy) };
  }

  /** The records as they are on disk now, past the cache. */
  readRecords(key: KeyParts): ReadRecords {
    try {
      const specText = this.#readText(key, 'spec');
      if (specText === undefined) return undefined;
      const spec = parseSpecRecord(specText);
      if (!isRecordOf(spec, key)) throw new RecordMistake('spec', `holds "${spec.kind}/${spec.metadata.name}"`);
      const { uid } = spec.metadata;
      return { spec, status: this.#readValue(key, 'status', uid), operator: this.#readValue(key, 'operator', uid) };
    } catch (error) {
      return { ...key, unreadable: this.#explain(key, error) };
    }
  }

  #readValue(key: KeyParts, name: 'status' | 'operator', uid: string): ValueRecord | undefined {
    const text = this.#readText(key, name);
    const record = text === undefined ? undefined : parseValueRecord(name, text, uid);
    return record?.uid === uid ? record : undefined;
  }

  #readText(key: KeyParts, name: RecordName): string | undefined {
    try {
      return readFileSync(join(this.folderOf(key), `${name}.json`), 'utf8');
    } catch (error) {
      if (isErrno(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
      if (isErrno(error) && ['EACCES', 'EPERM', 'EIO', 'EISDIR'].includes(error.code))
        throw new RecordMistake(name, error.message);
      throw error;
    }
  }

  #explain(key: KeyParts, error: unknown): string {
    if (!(error instanceof RecordMistake)) throw error;
    const place = error.position === undefined ? '' : `:${error.position}`;
    return `${join(this.folderOf(key), `${error.record}.json`)}${place}: ${error.message}; repair the file or move its folder away`;
  }

  #forget(id: string): undefined {
    this.#cache.delete(id);
    return undefined;
  }
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isErrno(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  }
}
