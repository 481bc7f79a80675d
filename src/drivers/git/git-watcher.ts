import type { FSWatcher } from 'node:fs';
import { watch } from 'node:fs';
import type { GitWatcher } from './git.ts';
import type { WatchedPlaces } from './watched-places.ts';
import { readWatchedPlaces } from './watched-places.ts';

/**
 * Watches the refs of local clones through the kernel's file events: nothing runs while nothing changes.
 * Follows a clone that is deleted, moved or made again; whatever the events miss is found every 10 s. Never throws, does not keep the process alive.
 */
export function createGitWatcher(onChange: (path: string) => void): GitWatcher {
  const clones = new Map<string, CloneWatch>();
  const recheck = setInterval(() => clones.forEach((clone) => clone.rearm()), RECHECK_MS).unref();
  let closed = false;
  return {
    set(wanted) {
      if (closed) return;
      const branches = new Map(wanted.map(({ path, branch }) => [path, branch]));
      for (const [path, clone] of clones) {
        if (branches.get(path) === clone.branch) continue;
        clone.close();
        clones.delete(path);
      }
      for (const [path, branch] of branches) {
        if (!clones.has(path)) clones.set(path, watchClone(path, branch, onChange));
      }
    },
    close() {
      closed = true;
      clearInterval(recheck);
      clones.forEach((clone) => clone.close());
      clones.clear();
    },
  };
}

type CloneWatch = { readonly branch: string; rearm(): void; close(): void };

type Armed = { readonly watcher: FSWatcher; readonly identity: string };

// One push writes several files; one hint for all of them is enough.
const COALESCE_MS = 5;
const RECHECK_MS = 10_000;

function watchClone(path: string, branch: string, onChange: (path: string) => void): CloneWatch {
  const armed = new Map<string, Armed>();
  let places: WatchedPlaces = new Map();
  let closed = false;
  let hint: NodeJS.Timeout | undefined;
  let arming: Promise<void> | undefined;
  let again = false;

  function tell(): void {
    hint ??= setTimeout(() => {
      hint = undefined;
      if (!closed) onChange(path);
    }, COALESCE_MS).unref();
  }
  function onEvent(folder: string, event: string, name: string | null): void {
    if (closed || (name !== null && places.get(folder)?.names.has(name) !== true)) return;
    tell();
    if (event === 'rename') rearm();
  }
  async function arm(): Promise<void> {
    places = await readWatchedPlaces(path, branch);
    if (closed) return;
    const changed = applyPlaces(armed, places, onEvent);
    if (!changed) return;
    // What happened before a new watch stood was seen by nobody: neither a change, nor a folder that appeared meanwhile.
    tell();
    again = true;
  }
  function rearm(): void {
    if (arming !== undefined) {
      again = true;
      return;
    }
    arming = arm()
      .catch(() => undefined)
      .then(() => {
        arming = undefined;
        if (!again || closed) return;
        again = false;
        rearm();
      });
  }
  rearm();
  return {
    branch,
    rearm,
    close() {
      closed = true;
      clearTimeout(hint);
      armed.forEach(({ watcher }) => watcher.close());
      armed.clear();
    },
  };
}

/** Closes watches of folders that are no longer wanted or no longer the same, opens the missing ones; true when any was opened. */
function applyPlaces(
  armed: Map<string, Armed>,
  places: WatchedPlaces,
  onEvent: (folder: string, event: string, name: string | null) => void,
): boolean {
  for (const [folder, { watcher, identity }] of armed) {
    if (places.get(folder)?.identity === identity) continue;
    watcher.close();
    armed.delete(folder);
  }
  let opened = false;
  for (const [folder, { identity }] of places) {
    if (armed.has(folder)) continue;
    const watcher = openWatch(folder, (event, name) => onEvent(folder, event, name));
    if (watcher === undefined) continue;
    watcher.on('error', () => {
      watcher.close();
      armed.delete(folder);
    });
    armed.set(folder, { watcher, identity });
    opened = true;
  }
  return opened;
}

/** Undefined when the folder went away meanwhile, or the system has no watch left: the next recheck tries again. */
function openWatch(folder: string, listener: (event: string, name: string | null) => void): FSWatcher | undefined {
  try {
    return watch(folder, { persistent: false }, listener);
  } catch {
    return undefined;
  }
}
