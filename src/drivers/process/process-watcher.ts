import { readFileSync } from 'node:fs';
import { kill } from 'node:process';
import { openStat, type OpenStat } from './open-stat.ts';
import { hasEnded, parseProcStat, type ProcStat } from './proc-stat.ts';
import type { ProcessWatcher } from './process.ts';

type Target = { readonly pid: number; readonly startTime: number };
type Watched = { readonly target: Target; readonly stat: OpenStat };

/** What the watcher tells, and how often it looks (ms; 50 when not given). */
export type ProcessWatcherOptions = {
  readonly onGone: (target: Target) => void;
  readonly periodMs?: number;
};

/** How often a server is reminded of a process that it has not waited for. */
const MAX_NUDGES = 20;

/**
 * Watches processes by looking at their state every period. While a process has ended and its tmux server has not
 * waited for it, the server gets SIGCHLD, which makes a lost `pane-died` fire (facts: agent-clis 7).
 */
export function createProcessWatcher({ onGone, periodMs = 50 }: ProcessWatcherOptions): ProcessWatcher {
  const watched = new Map<string, Watched>();
  const zombies = new Map<string, { readonly target: Target; nudges: number }>();
  /** Ended processes that are still in the set: told once, however often the same set is given again. */
  let told = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  const look = (): boolean => {
    remind(zombies);
    const gone = [...watched].filter(([, { stat }]) => ['Gone', 'Zombie'].includes(stat.look()));
    for (const [key, { target }] of gone) {
      forget(watched, key);
      told.add(key);
      if (nudgeServer(target)) zombies.set(key, { target, nudges: 1 });
    }
    if (watched.size === 0 && zombies.size === 0) stop();
    gone.forEach(([, { target }]) => onGone(target));
    return gone.length > 0;
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  return {
    set(targets) {
      const wanted = new Map(targets.map(({ pid, startTime }) => [`${pid}:${startTime}`, { pid, startTime }]));
      told = new Set([...told].filter((key) => wanted.has(key)));
      for (const key of watched.keys()) if (!wanted.has(key)) forget(watched, key);
      for (const [key, target] of wanted) {
        if (!told.has(key) && !watched.has(key)) watched.set(key, { target, stat: openStat(target) });
      }
      if (watched.size > 0) timer ??= setInterval(look, periodMs).unref();
    },
    look,
    close() {
      for (const key of watched.keys()) forget(watched, key);
      zombies.clear();
      stop();
    },
  };
}

function forget(watched: Map<string, Watched>, key: string): void {
  watched.get(key)?.stat.close();
  watched.delete(key);
}

function remind(zombies: Map<string, { readonly target: Target; nudges: number }>): void {
  for (const [key, zombie] of zombies) {
    zombie.nudges += 1;
    if (zombie.nudges > MAX_NUDGES || !nudgeServer(zombie.target)) zombies.delete(key);
  }
}

/** Sends SIGCHLD to the tmux server that has not waited for this zombie; false when there is nothing (more) to remind of. */
function nudgeServer(target: Target): boolean {
  const entry = readStat(target.pid);
  if (entry === undefined || entry.startTime !== target.startTime || !hasEnded(entry)) return false;
  if (readStat(entry.ppid)?.comm !== 'tmux: server') return false;
  try {
    kill(entry.ppid, 'SIGCHLD');
    return true;
  } catch {
    // The server ended in this moment, or is another user's: both need no reminder from here.
    return false;
  }
}

function readStat(pid: number): ProcStat | undefined {
  try {
    return parseProcStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return undefined;
  }
}
