import { readFileSync, type BigIntStats } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { ABSENT, known, unknown, type Fact } from '#api/fact.ts';

import { parseObject, SignalFiles } from './signal-file.ts';
import { LineTallies } from './tally-lines.ts';
import type { SignalReader, SpoolLog, SpoolSignal } from './signals.ts';

/** More than the script keeps: what lies beyond that is not from it. */
const MAX_FILES = 600;
const MAX_BYTES = 70_000;
/** File systems tell times in steps of some ms: a folder that changed just now may change again within one. */
const SETTLE_MS = 50;
/** A name that the script has given: kind, then anything without a slash. */
const NAME = /^[es]-[A-Za-z0-9_.-]+$/;
const OTHERS_MAY_WRITE = 0o022n;

type Kept = { readonly id: string; readonly signal: SpoolSignal; readonly order: number; readonly isEvent: boolean };
type Folder = { stamp: string; readAtMs: number; log: SpoolLog; kept: Map<string, Kept> };

/**
 * Reads spools. What did not change is not read again: at rest a look costs one system call. Order is the time since
 * boot at which each thing was said, so that a clock that jumps mixes nothing up.
 */
export function createSignalReader(): SignalReader {
  const folders = new Map<string, Folder>();
  const files = new SignalFiles();
  const tallies = new LineTallies();
  return {
    spool: (folder, ownerUid) => factOf(folder, () => readSpool(folders, folder, ownerUid)),
    file: (request, ownerUid) => factOf(request.path, () => files.read(request, ownerUid)),
    tally: (request, ownerUid) => factOf(request.path, () => tallies.read(request, ownerUid)),
  };
}

async function factOf<T>(path: string, read: () => Promise<Fact<T>>): Promise<Fact<T>> {
  try {
    return await read();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return ABSENT;
    const message = error instanceof Error ? error.message : String(error);
    return unknown('SignalsUnreadable', `signals in "${path}" could not be read: ${message}`);
  }
}

async function readSpool(
  folders: Map<string, Folder>,
  path: string,
  ownerUid: number | undefined,
): Promise<Fact<SpoolLog>> {
  const entry = await lstat(path, { bigint: true });
  const problem = foreignness(entry, ownerUid);
  if (!entry.isDirectory() || problem !== undefined) {
    folders.delete(path);
    return unknown('SignalsForeign', `signals in "${path}" are ignored: ${problem ?? 'it is no folder'}`);
  }
  const stamp = `${String(entry.ino)} ${String(entry.mtimeNs)}`;
  const before = folders.get(path);
  const changedMs = Number(entry.mtimeNs / 1_000_000n);
  if (before !== undefined && before.stamp === stamp && before.readAtMs > changedMs + SETTLE_MS)
    return known(before.log);
  const readAtMs = Date.now();
  const kept = await readKept(path, before?.kept ?? new Map<string, Kept>(), ownerUid);
  const log = logOf([...kept.values()]);
  folders.set(path, { stamp, readAtMs, log, kept });
  return known(log);
}

async function readKept(
  path: string,
  before: ReadonlyMap<string, Kept>,
  ownerUid: number | undefined,
): Promise<Map<string, Kept>> {
  const names = (await readdir(path)).filter((name) => NAME.test(name)).slice(0, MAX_FILES);
  const all = await Promise.all(
    names.map(async (name) => {
      const old = before.get(name);
      // An event's file is never written again; a slot's is replaced by another file.
      if (old?.isEvent === true) return [name, old] as const;
      const one = await readOne(join(path, name), { name, old, ownerUid });
      return one === undefined ? undefined : ([name, one] as const);
    }),
  );
  return new Map(all.filter((one) => one !== undefined));
}

type Wanted = { readonly name: string; readonly old: Kept | undefined; readonly ownerUid: number | undefined };

async function readOne(path: string, { name, old, ownerUid }: Wanted): Promise<Kept | undefined> {
  try {
    const entry = await lstat(path, { bigint: true });
    if (!entry.isFile() || foreignness(entry, ownerUid) !== undefined || entry.size > MAX_BYTES) return undefined;
    const id = `${String(entry.ino)} ${String(entry.mtimeNs)}`;
    if (old?.id === id) return old;
    const file = await open(path, 'r');
    try {
      const text = (await file.readFile()).toString('utf8');
      return keptOf(text, { id, name, wroteMs: Number(entry.mtimeNs / 1_000_000n) });
    } finally {
      await file.close();
    }
  } catch {
    // Removed by the ring, or replaced by a newer one, between two calls.
    return undefined;
  }
}

function keptOf(text: string, { id, name, wroteMs }: { id: string; name: string; wroteMs: number }): Kept | undefined {
  const end = text.indexOf('\n');
  const [uptime = '', event = ''] = (end < 0 ? '' : text.slice(0, end)).split(' ');
  if (event === '') return undefined;
  const bootMs = Number(uptime) * 1000;
  const nowBootMs = sinceBootMs();
  const isTimed = bootMs > 0 && nowBootMs !== undefined && bootMs <= nowBootMs + 1000;
  const atMs = isTimed ? Math.round(Date.now() - Math.max(0, nowBootMs - bootMs)) : wroteMs;
  const payload = parseObject(text.slice(end + 1));
  const signal = payload === undefined ? { event, atMs } : { event, atMs, payload };
  return { id, signal, order: isTimed ? bootMs : wroteMs, isEvent: name.startsWith('e-') };
}

function logOf(all: readonly Kept[]): SpoolLog {
  const events = all.filter(({ isEvent }) => isEvent).toSorted((a, b) => a.order - b.order || wrote(a) - wrote(b));
  const slots = all.filter(({ isEvent }) => !isEvent);
  return {
    events: events.map(({ signal }) => signal),
    latest: Object.fromEntries(slots.map(({ signal }) => [signal.event, signal])),
  };
}

function wrote({ id }: Kept): number {
  return Number(id.split(' ')[1]);
}

/** Why a file or folder may have been made by somebody else; undefined when only its owner can have. */
export function foreignness(entry: BigIntStats, ownerUid: number | undefined): string | undefined {
  if (ownerUid !== undefined && entry.uid !== BigInt(ownerUid))
    return `it belongs to user ${String(entry.uid)} and not to the agent's user ${String(ownerUid)}`;
  return (entry.mode & OTHERS_MAY_WRITE) === 0n ? undefined : 'others may write to it';
}

function sinceBootMs(): number | undefined {
  try {
    const seconds = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    return Number.isFinite(seconds) ? seconds * 1000 : undefined;
  } catch {
    return undefined;
  }
}
