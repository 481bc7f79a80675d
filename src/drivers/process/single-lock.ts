import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as sqlite from 'node:sqlite';
import { parseProcStat } from './proc-stat.ts';

/** Who holds the lock: a live process, and since when (ISO 8601, UTC). */
export type LockHolder = { readonly pid: number; readonly since: string };

/** `held`: this process has it until `release` or its end. Otherwise somebody else has; `holder` when they said who they are. */
export type SingleLock =
  { readonly held: true; readonly release: () => void } | { readonly held: false; readonly holder?: LockHolder };

/** Keeps the locks from the garbage collector, which would close and so free one whose `release` nobody kept. */
const held = new Set<sqlite.DatabaseSync>();

/** The holder's note is written just after its lock: a refused caller waits this long for it. */
const NOTE_WAIT_MS = 300;
const NOTE_STEP_MS = 20;

/**
 * Takes the lock file at `path` for this process alone, without waiting. The lock is an exclusive SQLite transaction
 * (POSIX locks), so the kernel frees it however the process ends; files that stay behind mean nothing. Beside it,
 * `path.holder` says who has it. Throws when the folder can not be written.
 */
export async function acquireSingle(path: string): Promise<SingleLock> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const database = openExclusively(path);
  if (database === undefined) {
    const holder = await readHolder(path);
    return holder === undefined ? { held: false } : { held: false, holder };
  }
  try {
    await writeNote(path);
  } catch (error) {
    database.close();
    throw new Error(`could not write who holds the lock "${path}"; check that its folder is writable`, {
      cause: error,
    });
  }
  held.add(database);
  return { held: true, release: () => (held.delete(database) ? database.close() : undefined) };
}

function openExclusively(path: string): sqlite.DatabaseSync | undefined {
  const { DatabaseSync } = loadSqlite();
  let database: sqlite.DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database?.close();
    // SQLITE_BUSY
    if (error instanceof Error && 'errcode' in error && error.errcode === 5) return undefined;
    throw new Error(`could not take the lock "${path}"; check that it is a writable file of ccci's own`, {
      cause: error,
    });
  }
}

/** Loads node:sqlite when first needed, and keeps its ExperimentalWarning, which concerns nobody here, off the terminal. */
function loadSqlite(): typeof sqlite {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}

type Note = LockHolder & { readonly startTime: number };

async function writeNote(path: string): Promise<void> {
  const note: Note = { pid: process.pid, startTime: startTimeOf(process.pid) ?? 0, since: new Date().toISOString() };
  const temporary = `${path}.holder.${process.pid}`;
  await writeFile(temporary, `${JSON.stringify(note)}\n`, { mode: 0o600 });
  await rename(temporary, `${path}.holder`);
}

/** Believes a note only while its process lives; an older holder's note may still be there. */
async function readHolder(path: string): Promise<LockHolder | undefined> {
  for (let waitedMs = 0; waitedMs <= NOTE_WAIT_MS; waitedMs += NOTE_STEP_MS) {
    const note = parseNote(await readFile(`${path}.holder`, 'utf8').catch(() => ''));
    if (note !== undefined && startTimeOf(note.pid) === note.startTime) return { pid: note.pid, since: note.since };
    await sleep(NOTE_STEP_MS);
  }
  return undefined;
}

function parseNote(text: string): Note | undefined {
  try {
    const note: Partial<Note> = JSON.parse(text);
    const { pid, startTime, since } = note;
    return typeof pid === 'number' && typeof startTime === 'number' && typeof since === 'string'
      ? { pid, startTime, since }
      : undefined;
  } catch {
    return undefined;
  }
}

function startTimeOf(pid: number): number | undefined {
  try {
    return parseProcStat(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.startTime;
  } catch {
    return undefined;
  }
}
