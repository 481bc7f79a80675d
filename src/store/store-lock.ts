import { closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { isErrno } from './storage-error.ts';
import { StorageError } from './store.ts';

/** SQLITE_BUSY: another connection holds the lock. */
const BUSY = 5;
const FIRST_RETRY_MS = 1;
const LONGEST_RETRY_MS = 20;

type Connection = { readonly database: DatabaseSync; readonly inode: bigint };

/**
 * Mutual exclusion between all processes that write to one state directory, and between the writes of this one. The
 * lock is an SQLite write transaction on an empty `lock.db`, which the kernel frees however its holder ends.
 */
export class StoreLock {
  readonly #path: string;
  readonly #timeoutMs: number;
  #connection: Connection | undefined;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(stateFolder: string, timeoutMs: number) {
    this.#path = join(stateFolder, 'lock.db');
    this.#timeoutMs = timeoutMs;
  }

  /** Runs `work` while nobody else writes. The folder must be there. Throws StorageError when the lock stays taken. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(() => this.#locked(work));
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Waits for the write under way and closes the lock file. */
  async close(): Promise<void> {
    await this.#tail;
    this.#disconnect();
  }

  async #locked<T>(work: () => Promise<T>): Promise<T> {
    const database = await this.#acquire();
    try {
      return await work();
    } finally {
      database.exec('ROLLBACK');
    }
  }

  async #acquire(): Promise<DatabaseSync> {
    const deadlineMs = performance.now() + this.#timeoutMs;
    let delayMs = FIRST_RETRY_MS;
    for (;;) {
      const connection = await this.#connect();
      if (connection !== undefined && begin(connection.database)) {
        if (this.#inode() === connection.inode) return connection.database;
        connection.database.exec('ROLLBACK');
        this.#disconnect();
        continue;
      }
      if (performance.now() > deadlineMs) throw this.#stillLocked();
      await sleep(delayMs);
      delayMs = Math.min(delayMs * 2, LONGEST_RETRY_MS);
    }
  }

  /** The connection to the file that has the name now: after the folder was removed and made again it is another one. */
  async #connect(): Promise<Connection | undefined> {
    if (this.#connection !== undefined && this.#connection.inode === this.#inode()) return this.#connection;
    this.#disconnect();
    const { DatabaseSync } = await import('node:sqlite');
    this.#ensureFile();
    const inode = this.#inode();
    if (inode === undefined) return undefined;
    this.#connection = { database: new DatabaseSync(this.#path, { timeout: 0 }), inode };
    return this.#connection;
  }

  /** Only a missing file is opened here: closing one that is in use would free this process's lock on it. */
  #ensureFile(): void {
    if (this.#inode() !== undefined) return;
    try {
      closeSync(openSync(this.#path, 'wx', 0o600));
    } catch (error) {
      if (!isErrno(error) || error.code !== 'EEXIST') throw error;
    }
  }

  #inode(): bigint | undefined {
    return statSync(this.#path, { bigint: true, throwIfNoEntry: false })?.ino;
  }

  #disconnect(): void {
    this.#connection?.database.close();
    this.#connection = undefined;
  }

  #stillLocked(): StorageError {
    return new StorageError(
      'StorageUnavailable',
      `could not write to the state directory: another process has held "${this.#path}" for ${this.#timeoutMs / 1000} s; see who with: fuser '${this.#path}'; nothing was changed`,
    );
  }
}

function begin(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN IMMEDIATE');
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === BUSY) return false;
    throw error;
  }
}
