import { open } from 'node:fs/promises';

import { known, unknown, type Fact } from '#api/fact.ts';

import { newestMatch } from './newest-match.ts';
import { parseObject } from './signal-file.ts';
import type { TallyRequest } from './signals.ts';

/** How much is read in one call; the next one goes on. A conversation of a day has some ten MB. */
const MAX_BYTES = 8 * 1024 * 1024;
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
      const buffer = Buffer.alloc(Math.min(MAX_BYTES, entry.size - from));
      const { bytesRead } = buffer.length === 0 ? { bytesRead: 0 } : await file.read(buffer, 0, buffer.length, from);
      // A line that is still being written is read when it is whole.
      const whole = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1;
      const lines = buffer.toString('utf8', 0, whole).split('\n').map(parseObject);
      const sum = lines.filter((line) => line !== undefined).reduce(add, start);
      // One line that is larger than all that is read at once is passed over.
      const step = whole === 0 && bytesRead === MAX_BYTES ? bytesRead : whole;
      this.#kept.set(key, { inode: entry.ino, offset: from + step, sum });
      return known(sum);
    } finally {
      await file.close();
    }
  }
}
