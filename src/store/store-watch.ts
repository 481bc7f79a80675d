import { statSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { basename } from 'node:path';

/** What a watch looks at: the folder whose `revision` changes, and the stamps of all objects by key. */
export type Watched = {
  readonly folder: string;
  readonly stamps: () => ReadonlyMap<string, string>;
  readonly pollMs: number;
};

/** One write bumps the revision once; several in a row are looked at together. */
const SETTLE_MS = 3;
/** How often to look when the kernel tells nothing: there is no folder yet, or no notices are to be had. */
const UNTOLD_MS = 250;

/**
 * Calls `onChange` with the keys whose stamps changed, after each bump of the revision and at least every `pollMs`
 * (kernel notices can be lost, and the folder can be removed and made again). Ends with the signal.
 */
export function watchStamps(watched: Watched, onChange: (keys: readonly string[]) => void, signal: AbortSignal): void {
  if (signal.aborted) return;
  const watching = new StampWatch(watched, onChange);
  signal.addEventListener('abort', () => watching.end(), { once: true });
}

class StampWatch {
  readonly #watched: Watched;
  readonly #onChange: (keys: readonly string[]) => void;
  #poll: NodeJS.Timeout | undefined;
  #last: ReadonlyMap<string, string>;
  #notices: FSWatcher | undefined;
  #inode: bigint | undefined;
  #settling: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(watched: Watched, onChange: (keys: readonly string[]) => void) {
    this.#watched = watched;
    this.#onChange = onChange;
    this.#listen();
    this.#last = this.#readStamps() ?? new Map();
    this.#schedule();
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#poll);
    clearTimeout(this.#settling);
    this.#unlisten();
  }

  #schedule(): void {
    const delayMs = this.#notices === undefined ? Math.min(UNTOLD_MS, this.#watched.pollMs) : this.#watched.pollMs;
    this.#poll = setTimeout(() => {
      this.#look();
      if (!this.#ended) this.#schedule();
    }, delayMs);
  }

  #look(): void {
    this.#settling = undefined;
    if (this.#ended) return;
    if (this.#notices === undefined || this.#inode !== readInode(this.#watched.folder)) this.#listen();
    const stamps = this.#readStamps();
    if (stamps === undefined) return;
    const keys = changedKeys(this.#last, stamps);
    this.#last = stamps;
    if (keys.length > 0) this.#onChange(keys);
  }

  /** A folder that can not be read now says nothing about its objects; the next look tells. */
  #readStamps(): ReadonlyMap<string, string> | undefined {
    try {
      return this.#watched.stamps();
    } catch {
      return undefined;
    }
  }

  /** Without notices (no folder yet, no inotify watches left) the poll still finds everything. */
  #listen(): void {
    this.#unlisten();
    try {
      this.#inode = readInode(this.#watched.folder);
      this.#notices = watch(this.#watched.folder, (_event, file) => this.#noticed(file));
      this.#notices.on('error', () => this.#unlisten());
    } catch {
      this.#notices = undefined;
    }
  }

  /** The folder's own removal arrives under its own name. */
  #noticed(file: string | null): void {
    if (file !== null && file !== 'revision' && file !== basename(this.#watched.folder)) return;
    this.#settling ??= setTimeout(() => this.#look(), SETTLE_MS);
  }

  #unlisten(): void {
    this.#notices?.close();
    this.#notices = undefined;
  }
}

function changedKeys(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const changed = [...after.keys()].filter((key) => before.get(key) !== after.get(key));
  const gone = [...before.keys()].filter((key) => !after.has(key));
  return [...changed, ...gone].sort();
}

function readInode(folder: string): bigint | undefined {
  return statSync(folder, { bigint: true, throwIfNoEntry: false })?.ino;
}
