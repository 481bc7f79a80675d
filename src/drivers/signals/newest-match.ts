import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * The path itself, or, when its last part holds a `*`, the newest file beside it whose name begins and ends like that.
 * Throws ENOENT when there is none.
 */
export async function newestMatch(path: string): Promise<string> {
  const [start = '', end] = basename(path).split('*');
  if (end === undefined) return path;
  const folder = dirname(path);
  const fits = (name: string) =>
    name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end);
  const names = (await readdir(folder)).filter(fits);
  const found = await Promise.all(
    names.map(async (name) => ({ path: join(folder, name), atMs: (await stat(join(folder, name))).mtimeMs })),
  );
  const newest = found.toSorted((a, b) => a.atMs - b.atMs).at(-1);
  if (newest === undefined) throw Object.assign(new Error(`nothing fits "${path}"`), { code: 'ENOENT' });
  return newest.path;
}
