import { readFileSync } from 'node:fs';
import { kill } from 'node:process';
import { hasEnded, parseProcStat, type ProcStat } from './proc-stat.ts';
import type { ProcessWatcher } from './process.ts';

type Target = { readonly pid: number; readonly startTime: number };

/** What the watcher tells, and how often it looks (ms; 50 when not given). */
export type ProcessWatcherOptions = {
  readonly onGone: (target: Target) => void;
  readonly periodMs?: number;
};

/** How often a server is reminded of a process that it has not waited for. */
const MAX_NUDGES = 20;

/**
 * Watches processes by reading their /proc/PID/stat every period, synchronously: some ten microseconds each, where a
 * promise per file would cost more than the reading. While a process has ended and its tmux server has not waited for
 * it, the server gets SIGCHLD, which makes a lost `pane-died` fire (facts: agent-clis 7).
 */
export function createProcessWatcher({ onGone, periodMs = 50 }: ProcessWatcherOptions): ProcessWatcher {
  let watched: readonly Target[] = [];
  let zombies: readonly (Target & { readonly nudges: number })[] = [];
  /** Ended processes that are still in the set: told once, however often the same set is given again. */
  let told = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  const look = (): void => {
    zombies = zombies.filter(({ nudges, ...target }) => nudges < MAX_NUDGES && nudgeServer(target)).map(oneMore);
    const gone = watched.filter(hasGone);
    watched = watched.filter((target) => !gone.includes(target));
    zombies = [...zombies, ...gone.filter(nudgeServer).map((target) => ({ ...target, nudges: 1 }))];
    if (watched.length === 0 && zombies.length === 0) stop();
    for (const target of gone) {
      told.add(keyOf(target));
      onGone(target);
    }
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  return {
    set(targets) {
      told = new Set(targets.map(keyOf).filter((key) => told.has(key)));
      watched = targets.filter((target) => !told.has(keyOf(target)));
      if (watched.length > 0) timer ??= setInterval(look, periodMs).unref();
    },
    close() {
      watched = [];
      zombies = [];
      stop();
    },
  };
}

function oneMore<T extends { readonly nudges: number }>(zombie: T): T {
  return { ...zombie, nudges: zombie.nudges + 1 };
}

function keyOf({ pid, startTime }: Target): string {
  return `${pid}:${startTime}`;
}

/** Gone is a positive answer: no such pid, another process under it, or a zombie. A stat that can not be read says nothing. */
function hasGone(target: Target): boolean {
  const entry = readStat(target.pid);
  if (entry === 'unreadable') return false;
  return entry === 'missing' || entry.startTime !== target.startTime || hasEnded(entry);
}

/** Sends SIGCHLD to the tmux server that has not waited for this zombie; false when there is nothing (more) to remind of. */
function nudgeServer(target: Target): boolean {
  const entry = readStat(target.pid);
  if (typeof entry === 'string' || entry.startTime !== target.startTime || !hasEnded(entry)) return false;
  const parent = readStat(entry.ppid);
  if (typeof parent === 'string' || parent.comm !== 'tmux: server') return false;
  try {
    kill(entry.ppid, 'SIGCHLD');
    return true;
  } catch {
    // The server ended in this moment, or is another user's: both need no reminder from here.
    return false;
  }
}

function readStat(pid: number): ProcStat | 'missing' | 'unreadable' {
  try {
    return parseProcStat(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? 'unreadable';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ENOENT' || code === 'ESRCH' ? 'missing' : 'unreadable';
  }
}
