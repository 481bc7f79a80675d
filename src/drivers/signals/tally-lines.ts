import { open, type FileHandle } from 'node:fs/promises';

import { known, unknown, type Fact } from '#api/fact.ts';

import { newestMatch } from './newest-match.ts';
import { parseObject } from './signal-file.ts';
import type { TallyRequest } from './signals.ts';

/** How much is read at once; between two of them others get their turn. A conversation of a day has some ten MB. */
const CHUNK_BYTES = 8 * 1024 * 1024;
const NEWLINE = 0x0a;

type Kept = { readonly inode: number; readonly offset: number; readonly sum: unknown };

/** Sums up files of JSON lines that only grow: each line is read once. A file that was replaced or cut is begun again. */
export class LineTallies {
  readonly #kept = new Map<string, Kept>();

  /** The sum over all whole lines so far; the same `id` must come with the same `add`. Throws ENOENT. */
  async read<T>({ path, id, begin, add }: TallyRequest<T>, ownerUid: number | undefined): Promise<Fact<T>> {
    const key = `${id}\n${path}`;
    const file = await open(await newestMatch(path), 'r');
    try {
      const entry = await file.stat();
      if (!entry.isFile() || (ownerUid !== undefined && entry.uid !== ownerUid))
        return unknown('SignalsForeign', `"${path}" is ignored: it is no file of the agent's user`);
      const old = this.#kept.get(key);
      const isSame = old?.inode === entry.ino && old.offset <= entry.size;
      const from = isSame ? old.offset : 0;
      const start = isSame ? (old.sum as T) : begin;
      let [sum, offset] = [start, from];
      // To its end: a part of a sum would look like a small one, and the rest like something new.
      for (let step = -1; step !== 0 && offset < entry.size; offset += step) {
        const chunk = await readChunk(file, offset, Math.min(CHUNK_BYTES, entry.size - offset));
        sum = chunk.lines.reduce(add, sum);
        step = chunk.bytes;
      }
      this.#kept.set(key, { inode: entry.ino, offset, sum });
      return known(sum);
    } finally {
      await file.close();
    }
  }
}

type Chunk = { readonly lines: readonly Readonly<Record<string, unknown>>[]; readonly bytes: number };

async function readChunk(file: FileHandle, offset: number, length: number): Promise<Chunk> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, offset);
  // A line that is still being written is read when it is whole.
  const whole = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1;
  const lines = buffer.toString('utf8', 0, whole).split('\n').map(parseObject);
  // One line that is larger than all that is read at once is passed over.
  const bytes = whole === 0 && bytesRead === CHUNK_BYTES ? bytesRead : whole;
  return { lines: lines.filter((line) => line !== undefined), bytes };
}
