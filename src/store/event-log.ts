import { readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolders, syncFolder } from './durable-file.ts';
import type { OnStep } from './durable-file.ts';
import { readFileStamp } from './file-stamp.ts';
import { isErrno } from './storage-error.ts';
import type { StoredEvent } from './store.ts';

type ReadFile = { readonly stamp: string; readonly events: readonly StoredEvent[]; readonly torn: boolean };

const NOTHING: ReadFile = { stamp: '', events: [], torn: false };

/**
 * Events, one JSON object per line, in `events/current.jsonl` and, older, `events/previous.jsonl`. Each holds up to half
 * of the cap; when the current one is full it takes the place of the previous one. A line torn by a crash is skipped.
 */
export class EventLog {
  readonly #stateFolder: string;
  readonly #capPerFile: number;
  readonly #onStep: OnStep;
  readonly #cache = new Map<string, ReadFile>();

  constructor(stateFolder: string, cap: number, onStep: OnStep) {
    this.#stateFolder = stateFolder;
    this.#capPerFile = Math.max(1, Math.floor(cap / 2));
    this.#onStep = onStep;
  }

  /** All events that are kept, newest last. */
  read(): StoredEvent[] {
    return [...this.#readFile('previous').events, ...this.#readFile('current').events];
  }

  /** Appends those whose id is not there yet; called under the lock. On disk when it returns. */
  async append(events: readonly StoredEvent[]): Promise<void> {
    const known = new Set(this.read().map((event) => event.id));
    const fresh = events.filter((event) => !known.has(event.id) && known.add(event.id));
    if (fresh.length === 0) return;
    if (readFileStamp(this.#pathOf('current')) === undefined)
      await makeFolders(this.#stateFolder, ['events'], this.#onStep);
    for (let from = 0; from < fresh.length;) {
      const room = this.#capPerFile - this.#readFile('current').events.length;
      if (room <= 0) await this.#rotate();
      else from += await this.#appendLines(fresh.slice(from, from + room));
    }
  }

  #pathOf(file: 'current' | 'previous'): string {
    return join(this.#stateFolder, 'events', `${file}.jsonl`);
  }

  #readFile(file: 'current' | 'previous'): ReadFile {
    const path = this.#pathOf(file);
    const stamp = readFileStamp(path);
    if (stamp === undefined) return NOTHING;
    const cached = this.#cache.get(path);
    if (cached?.stamp === stamp.text) return cached;
    const read = { stamp: stamp.text, ...parseLines(readIfThere(path)) };
    if (!stamp.racy) this.#cache.set(path, read);
    return read;
  }

  async #appendLines(events: readonly StoredEvent[]): Promise<number> {
    const path = this.#pathOf('current');
    const start = this.#readFile('current').torn ? '\n' : '';
    this.#onStep('open', path);
    const handle = await open(path, 'a', 0o600);
    try {
      this.#onStep('write', path);
      await handle.writeFile(start + events.map((event) => `${JSON.stringify(event)}\n`).join(''));
      this.#onStep('sync', path);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await syncFolder(join(this.#stateFolder, 'events'), this.#onStep);
    return events.length;
  }

  async #rotate(): Promise<void> {
    this.#onStep('rename', this.#pathOf('previous'));
    await rename(this.#pathOf('current'), this.#pathOf('previous'));
  }
}

function parseLines(text: string): { events: StoredEvent[]; torn: boolean } {
  const events = text.split('\n').flatMap((line) => {
    try {
      const raw: unknown = JSON.parse(line);
      return isEvent(raw) ? [raw] : [];
    } catch {
      return [];
    }
  });
  return { events, torn: text !== '' && !text.endsWith('\n') };
}

function isEvent(raw: unknown): raw is StoredEvent {
  return typeof raw === 'object' && raw !== null && 'id' in raw && typeof raw.id === 'string';
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isErrno(error) && error.code === 'ENOENT') return '';
    throw error;
  }
}
