import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { hasEnded, parseProcStat } from '../process/proc-stat.ts';
import type { EvidenceRequest, EvidenceView } from './evidence.ts';

/** What a run came to, as its own process writes it. */
export type EvidenceResult = { readonly state: 'Passed' | 'Failed' | 'Lost' | 'Stopped'; readonly said: string };

/** The process that has an attempt. Pid 0: nobody may begin it any more. */
export type EvidenceOwner = { readonly pid: number; readonly startTime: number; readonly boot: string };

/** Owner of an attempt that is not to begin. */
export const NOBODY: EvidenceOwner = { pid: 0, startTime: 0, boot: '' };

/** How long an attempt may be without an owner: the time that its process has to start. */
const START_LIMIT_MS = 30_000;

/** Files in the folder of an attempt. */
export const FILES = { request: 'request.json', owner: 'owner.json', result: 'result.json', output: 'output.log' };

/** The folder of one attempt of a run. */
export function attemptFolder(folder: string, attempt: number): string {
  return join(folder, `attempt-${attempt}`);
}

/** How far the run in a folder has come; undefined when it was never started. */
export async function readRun(folder: string): Promise<EvidenceView | undefined> {
  const names = await readdir(folder).catch(ignoreMissing);
  const attempts = Math.max(0, ...(names ?? []).map((name) => Number(/^attempt-(\d+)$/.exec(name)?.[1] ?? 0)));
  if (attempts === 0) return undefined;
  const own = attemptFolder(folder, attempts);
  return { ...(await readAttempt(own)), attempts, output: join(own, FILES.output) };
}

/** Says who has an attempt, unless somebody has it already; true when the caller's word counts. */
export async function takeAttempt(folder: string, owner: EvidenceOwner): Promise<boolean> {
  const own = join(folder, `.owner-${randomBytes(6).toString('hex')}`);
  await writeFile(own, JSON.stringify(owner), { mode: 0o600 });
  try {
    // A link appears whole or not at all, and never in place of another.
    await link(own, join(folder, FILES.owner));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

/** The owner of an attempt; undefined when nobody has it. */
export async function readOwner(folder: string): Promise<EvidenceOwner | undefined> {
  return await readJson<EvidenceOwner>(join(folder, FILES.owner));
}

/** The request of an attempt. */
export async function readRequest(folder: string): Promise<EvidenceRequest | undefined> {
  return await readJson<EvidenceRequest>(join(folder, FILES.request));
}

/** This process as an owner. */
export function ownerOf(pid: number): EvidenceOwner {
  return { pid, startTime: startTimeOf(pid) ?? 0, boot: bootId() };
}

/** True while exactly that process lives. */
export function isOwnerAlive({ pid, startTime, boot }: EvidenceOwner): boolean {
  return pid > 0 && boot === bootId() && startTimeOf(pid) === startTime;
}

async function readAttempt(folder: string): Promise<Pick<EvidenceView, 'state' | 'said'>> {
  const result = await readJson<EvidenceResult>(join(folder, FILES.result));
  if (result !== undefined) return result;
  const owner = await readOwner(folder);
  if (owner === undefined) {
    const ageMs = Date.now() - (await stat(join(folder, FILES.request))).mtimeMs;
    // An age below zero is a clock that jumped back: how old it is can not be told.
    return ageMs >= 0 && ageMs < START_LIMIT_MS
      ? { state: 'Running', said: 'it is being started' }
      : { state: 'Lost', said: 'its process did not start' };
  }
  if (isOwnerAlive(owner)) return { state: 'Running', said: 'it runs' };
  // It may have ended between the two looks.
  const late = await readJson<EvidenceResult>(join(folder, FILES.result));
  return late ?? { state: 'Lost', said: 'its process died without a result' };
}

async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch(ignoreMissing);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

function startTimeOf(pid: number): number | undefined {
  try {
    const seen = parseProcStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    return seen === undefined || hasEnded(seen) ? undefined : seen.startTime;
  } catch {
    // A pid without an entry is a process that is gone.
    return undefined;
  }
}

// A pid and its start time can come again after a reboot.
function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
}

function ignoreMissing(error: unknown): undefined {
  if (codeOf(error) === 'ENOENT') return undefined;
  throw error;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
