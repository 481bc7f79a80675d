import { open, type FileHandle } from 'node:fs/promises';

import { known, unknown, type Fact } from '#api/fact.ts';

import { newestMatch } from './newest-match.ts';
import type { FileRequest, FileSignal } from './signals.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Reads a file that a program keeps: the whole of a JSON object, or the last lines of a file of JSON lines. Throws ENOENT. */
export async function readSignalFile(request: FileRequest, ownerUid: number | undefined): Promise<Fact<FileSignal>> {
  const file = await open(await newestMatch(request.path), 'r');
  try {
    const entry = await file.stat();
    if (!entry.isFile()) return unknown('SignalsUnreadable', `"${request.path}" is no regular file`);
    if (ownerUid !== undefined && entry.uid !== ownerUid)
      return unknown('SignalsForeign', `"${request.path}" is ignored: it belongs to user ${String(entry.uid)}`);
    const base = { atMs: Math.round(entry.mtimeMs), bytes: entry.size };
    if (request.kind === 'jsonl') return known({ ...base, lines: await lastLines(file, entry.size, request.maxBytes) });
    if (entry.size > request.maxBytes)
      return unknown('FileTooLarge', `"${request.path}" is larger than ${String(request.maxBytes)} bytes`);
    const value = parseObject((await file.readFile()).toString('utf8'));
    return known(value === undefined ? base : { ...base, value });
  } finally {
    await file.close();
  }
}

async function lastLines(file: FileHandle, size: number, maxBytes: number): Promise<readonly JsonObject[]> {
  const from = Math.max(0, size - maxBytes);
  const text = await readRange(file, from, size - from);
  const lines = text.split('\n');
  // The first one is cut, unless the whole file was read; the last one may still be being written and is no JSON then.
  return (from === 0 ? lines : lines.slice(1)).map(parseObject).filter((line) => line !== undefined);
}

async function readRange(file: FileHandle, from: number, length: number): Promise<string> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.toString('utf8', 0, filled);
}

/** The object in a text; undefined when it is none. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
