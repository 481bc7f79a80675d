import { open, stat, type FileHandle } from 'node:fs/promises';

import { known, unknown, type Fact } from '#api/fact.ts';

import { newestMatch } from './newest-match.ts';
import type { FileRequest, FileSignal } from './signals.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** What files said, as long as they do not change; the oldest is forgotten first. */
export class SignalFiles {
  readonly #known = new Map<string, { readonly stamp: string; readonly fact: Fact<FileSignal> }>();

  /** Reads a file that a program keeps: the whole of a JSON object, or the last lines of a file of JSON lines. Throws ENOENT. */
  async read(request: FileRequest, ownerUid: number | undefined): Promise<Fact<FileSignal>> {
    const path = await newestMatch(request.path);
    const key = `${request.kind} ${String(request.maxBytes)} ${String(ownerUid)} ${path}`;
    const { ino, size, mtimeNs } = await stat(path, { bigint: true });
    const stamp = [ino, size, mtimeNs].map(String).join(' ');
    const old = this.#known.get(key);
    // A file that changed just now may change again within one tick of its file system's clock.
    const isSettled = Date.now() - Number(mtimeNs / 1_000_000n) > SETTLE_MS;
    if (old?.stamp === stamp && isSettled) return old.fact;
    const fact = await readSignalFile(path, request, ownerUid);
    this.#known.delete(key);
    if (isSettled) this.#known.set(key, { stamp, fact });
    const [oldest] = this.#known.keys();
    if (this.#known.size > KEPT && oldest !== undefined) this.#known.delete(oldest);
    return fact;
  }
}

const KEPT = 100;
const SETTLE_MS = 50;

async function readSignalFile(
  path: string,
  request: FileRequest,
  ownerUid: number | undefined,
): Promise<Fact<FileSignal>> {
  const file = await open(path, 'r');
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
