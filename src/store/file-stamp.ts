import { statSync } from 'node:fs';
import { isErrno } from './storage-error.ts';

/** Tells one content of a file from another without reading it. `racy` when it was written so recently that a second write could look the same. */
export type FileStamp = { readonly text: string; readonly racy: boolean };

/** Kernels stamp files with the time of the last tick (up to 10 ms); an inode may be used again at once. */
const RACY_MS = 50;

/** The stamp of a file, or undefined when there is none. */
export function readFileStamp(path: string): FileStamp | undefined {
  const stat = statIfThere(path);
  if (stat === undefined) return undefined;
  return { text: `${stat.ino}:${stat.mtimeNs}:${stat.size}`, racy: Number(stat.mtimeMs) + RACY_MS > Date.now() };
}

function statIfThere(path: string): ReturnType<typeof statBig> {
  try {
    return statBig(path);
  } catch (error) {
    if (isErrno(error) && error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function statBig(path: string) {
  return statSync(path, { bigint: true, throwIfNoEntry: false });
}
