import type { Fact } from '#api/fact.ts';

/** Reads and writes the few local files that ccci needs outside its store. */
export interface Files {
  /** The text of a UTF-8 file, at most `maxBytes`. */
  readText(path: string, maxBytes: number): Promise<Fact<string>>;
  /** `Fact` of a folder's existence and whether it is empty. */
  folder(path: string): Promise<Fact<{ empty: boolean }>>;
  /** Writes atomically (temporary file, fsync, rename) with exactly that mode, making owner-only parents. */
  write(path: string, text: string, mode: number): Promise<void>;
  /** Removes a file or folder tree; nothing there is fine. */
  remove(path: string): Promise<void>;
  /** Makes a folder (and parents); existing is fine. */
  makeFolder(path: string, mode?: number): Promise<void>;
  /** Names in a folder; a missing folder is an empty list. */
  list(path: string): Promise<readonly string[]>;
}

/** Tells when files change. Hints only. */
export interface FileWatcher {
  /** Replaces the set of watched files and folders (folders recursively); `onChange` gets the path that was asked for. */
  set(paths: readonly string[]): void;
  close(): void;
}
