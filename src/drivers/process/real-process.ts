import { readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { getuid, kill } from 'node:process';
import { ABSENT, known, unknown, type Fact } from '#api/fact.ts';
import { hasEnded, parseProcStat, type ProcStat } from './proc-stat.ts';
import type { ProcessExit, ProcessReader, ProcessView, ProcessWriter, TreeActivity } from './process.ts';

/** Processes of this machine, read from /proc. */
export function createProcesses(): { readonly reader: ProcessReader; readonly writer: ProcessWriter } {
  const reader: ProcessReader = {
    read: (pid, startTime) => factOf(() => readProcess(pid, startTime)),
    exitOf: (pid) => factOf(() => exitOf(pid)),
    find: (mark) => factOf(() => find(mark)),
    tree: (pid) => factOf(() => tree(pid)),
  };
  return { reader, writer: { signal } };
}

/** Turns an answer into a fact: undefined is absent, an error of /proc itself is unknown. */
async function factOf<T>(read: () => Promise<T | undefined>): Promise<Fact<T>> {
  try {
    const value = await read();
    return value === undefined ? ABSENT : known(value);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return unknown('ProcessesUnreadable', `/proc could not be read: ${cause}`);
  }
}

async function readProcess(pid: number, startTime?: number): Promise<ProcessView | undefined> {
  const before = await liveStat(pid);
  if (before === undefined || (startTime !== undefined && before.startTime !== startTime)) return undefined;
  const [environ, cmdline] = await Promise.all([readGone(`/proc/${pid}/environ`), readGone(`/proc/${pid}/cmdline`)]);
  // The pid may have ended, and even been given away, between two files.
  const after = await liveStat(pid);
  if (after === undefined || after.startTime !== before.startTime) return undefined;
  return {
    pid,
    ppid: after.ppid,
    startTime: after.startTime,
    state: after.state,
    cpuTicks: after.cpuTicks,
    uid: ownerOf(pid),
    env: markVariables(environ ?? ''),
    argv: splitNul(cmdline ?? ''),
  };
}

// Without the right to trace the process the kernel shows 0, which would be a lie.
async function exitOf(pid: number): Promise<ProcessExit | undefined> {
  const line = await readGone(`/proc/${pid}/stat`);
  const stat = line === undefined ? undefined : parseProcStat(line);
  if (stat?.waitStatus === undefined || !hasEnded(stat)) return undefined;
  if (getuid?.() !== 0 && ownerOf(pid) !== getuid?.()) return undefined;
  const signal = stat.waitStatus & 0x7f;
  return signal === 0 ? { status: (stat.waitStatus >> 8) & 0xff } : { signal };
}

async function find(mark: { rig: string; agent?: string }): Promise<readonly ProcessView[]> {
  const uid = getuid?.();
  const pids = await allPids();
  const candidates = await Promise.all(
    pids.map(async (pid) => {
      if (ownerOf(pid) !== uid) return undefined;
      const env = markVariables((await readGone(`/proc/${pid}/environ`)) ?? '');
      return env['CCCI_RIG'] === mark.rig && (mark.agent === undefined || env['CCCI_AGENT'] === mark.agent)
        ? pid
        : undefined;
    }),
  );
  const views = await Promise.all(candidates.filter((pid) => pid !== undefined).map((pid) => readProcess(pid)));
  return views.filter((view) => view !== undefined);
}

async function tree(root: number): Promise<TreeActivity | undefined> {
  const stats = (await Promise.all((await allPids()).map(liveStat))).filter((entry) => entry !== undefined);
  const byParent = Map.groupBy(stats, (entry) => entry.ppid);
  const top = stats.find((entry) => entry.pid === root);
  if (top === undefined) return undefined;
  const found: ProcStat[] = [top];
  // `found` grows while it is walked: that is the breadth-first search.
  for (const entry of found) found.push(...(byParent.get(entry.pid) ?? []));
  const youngest = Math.max(...found.slice(1).map((entry) => entry.startTime));
  const ageMs = found.length > 1 ? ageOf(youngest) : undefined;
  return {
    ownTicks: top.cpuTicks,
    ...(ageMs === undefined ? {} : { youngestAgeMs: ageMs }),
    cpuTicks: found.reduce((sum, entry) => sum + entry.cpuTicks + entry.childTicks, 0),
    descendants: found
      .slice(1)
      .map((entry) => entry.pid)
      .sort((a, b) => a - b),
  };
}

/** Clock ticks of /proc are 10 ms on every Linux that Node runs on. */
const TICK_MS = 10;

function ageOf(startTime: number): number | undefined {
  const uptimeMs = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;
  return Number.isFinite(uptimeMs) ? Math.max(0, uptimeMs - startTime * TICK_MS) : undefined;
}

async function signal(
  target: { pid: number; startTime: number },
  name: 'SIGTERM' | 'SIGKILL' | 'SIGINT' | 'SIGHUP',
): Promise<void> {
  const current = await liveStat(target.pid);
  if (current?.startTime !== target.startTime) return;
  try {
    kill(target.pid, name);
  } catch (error) {
    if (isCode(error, 'ESRCH')) return;
    throw new Error(`could not send ${name} to process ${target.pid}`, { cause: error });
  }
}

async function allPids(): Promise<readonly number[]> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
}

async function liveStat(pid: number): Promise<ProcStat | undefined> {
  const line = await readGone(`/proc/${pid}/stat`);
  const entry = line === undefined ? undefined : parseProcStat(line);
  return entry === undefined || hasEnded(entry) ? undefined : entry;
}

function ownerOf(pid: number): number | undefined {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
}

// Files of /proc are made by the kernel as they are read: a synchronous read is faster than a trip to a worker thread.
/** A file of one process; undefined when the process is gone or not ours to look into. */
async function readGone(path: string): Promise<string | undefined> {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return undefined;
    throw error;
  }
}

function markVariables(environ: string): Readonly<Record<string, string>> {
  const entries = splitNul(environ)
    .filter((entry) => entry.includes('=') && isAllowed(entry.slice(0, entry.indexOf('='))))
    .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)] as const);
  return Object.fromEntries(entries);
}

/** Where programs keep their files, and which time they tell: no secrets. */
const PLACES = ['HOME', 'TZ', 'CLAUDE_CONFIG_DIR', 'CODEX_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME'];

function isAllowed(name: string): boolean {
  return name.startsWith('CCCI_') || PLACES.includes(name);
}

function splitNul(text: string): readonly string[] {
  return (text.endsWith('\0') ? text.slice(0, -1) : text)
    .split('\0')
    .filter((part, _, all) => all.length > 1 || part !== '');
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
