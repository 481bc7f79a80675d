import { readFileSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { writeDurably } from './durable-file.ts';
import type { OnStep } from './durable-file.ts';
import { readFileStamp } from './file-stamp.ts';
import { findJsonMistake } from './find-json-mistake.ts';
import { isErrno } from './storage-error.ts';
import { StorageError } from './store.ts';

/** The format that this version reads and writes. */
export const FORMAT_VERSION = 1;

/** The state directory itself: whose it is, who may write to it, and in which format it is. */
export class StateFolder {
  readonly path: string;
  readonly #onStep: OnStep;
  #checkedFormat: string | undefined;

  constructor(path: string, onStep: OnStep) {
    this.path = path;
    this.#onStep = onStep;
  }

  /** True when there is a state directory that may be read; false when there is none. Throws StorageError. */
  isReadable(): boolean {
    const stat = statSync(this.path, { throwIfNoEntry: false });
    if (stat === undefined) return false;
    this.#checkOwner(stat);
    this.#checkFormat();
    return true;
  }

  /** Makes the folder when it is missing, owner-only. Throws StorageError when it is not safe to write to. */
  async make(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    this.#checkOwner(statSync(this.path));
  }

  /** Writes the format file when there is none; called under the lock. Throws StorageError for another format. */
  async ensureFormat(): Promise<void> {
    if (this.#checkFormat() === 'present') return;
    const text = `${JSON.stringify({ version: FORMAT_VERSION })}\n`;
    await writeDurably(this.#formatPath(), text, this.#onStep);
  }

  #formatPath(): string {
    return join(this.path, 'format.json');
  }

  #checkOwner(stat: Stats): void {
    const { uid, username } = userInfo();
    const place = `the state directory "${this.path}"`;
    if (!stat.isDirectory()) throw unavailable(`${place} is not a folder; choose another with --state-dir`);
    if (stat.uid !== uid && uid >= 0) {
      throw unavailable(
        `${place} belongs to user ${stat.uid}, not to "${username}" (${uid}); run ccci as that user, or choose another with --state-dir`,
      );
    }
    if ((stat.mode & 0o022) !== 0) {
      throw unavailable(
        `${place} can be written to by other users (mode ${modeOf(stat)}); run: chmod 700 '${this.path}'`,
      );
    }
  }

  #checkFormat(): 'present' | 'missing' {
    const path = this.#formatPath();
    const stamp = readFileStamp(path);
    if (stamp === undefined) return 'missing';
    if (stamp.text === this.#checkedFormat) return 'present';
    const text = readFormat(path);
    if (text === undefined) return 'missing';
    checkFormatText(path, text);
    this.#checkedFormat = stamp.racy ? undefined : stamp.text;
    return 'present';
  }
}

function readFormat(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isErrno(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function checkFormatText(path: string, text: string): void {
  const version = parseVersion(path, text);
  if (version === FORMAT_VERSION) return;
  if (typeof version === 'number' && version > FORMAT_VERSION) {
    throw new StorageError(
      'NewerFormat',
      `the state directory is in format ${version}, this version of ccci knows up to ${FORMAT_VERSION} ("${path}"); it was left untouched; use the newer ccci, or choose another with --state-dir`,
    );
  }
  throw unavailable(
    `the format of the state directory can not be told: "${path}" must hold {"version": ${FORMAT_VERSION}}; repair it`,
  );
}

function parseVersion(path: string, text: string): unknown {
  try {
    const raw: unknown = JSON.parse(text);
    return typeof raw === 'object' && raw !== null && 'version' in raw ? raw.version : undefined;
  } catch {
    const mistake = findJsonMistake(text) ?? { line: 1, column: 1, found: 'something' };
    throw unavailable(
      `the format of the state directory can not be told: ${path}:${mistake.line}:${mistake.column}: did not expect ${mistake.found}; it must hold {"version": ${FORMAT_VERSION}}; repair it`,
    );
  }
}

function unavailable(message: string): StorageError {
  return new StorageError('StorageUnavailable', message);
}

function modeOf(stat: Stats): string {
  return (stat.mode & 0o777).toString(8).padStart(4, '0');
}
