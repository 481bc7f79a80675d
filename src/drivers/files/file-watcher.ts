import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { watch, type FSWatcher } from 'chokidar';
import type { FileWatcher } from './files.ts';

/** What the file watcher tells, and how long it gathers changes of one path (ms; 50 when not given). */
export type FileWatcherOptions = {
  readonly onChange: (path: string) => void;
  readonly coalesceMs?: number;
};

/**
 * Watches files and folders. Folders are watched with everything below them but `.git`; a file through its folder, so
 * that editors which save by renaming are seen; a path that is not there through the nearest folder above it that is.
 */
export function createFileWatcher({ onChange, coalesceMs = 50 }: FileWatcherOptions): FileWatcher {
  const watches = new Map<string, () => void>();
  const close = (): void => {
    watches.forEach((stop) => stop());
    watches.clear();
  };
  return {
    set(paths) {
      for (const [path, stop] of watches) {
        if (paths.includes(path)) continue;
        stop();
        watches.delete(path);
      }
      for (const path of new Set(paths)) {
        if (watches.has(path)) continue;
        watches.set(
          path,
          watchPath(
            path,
            coalesced(() => onChange(path), coalesceMs),
          ),
        );
      }
    },
    close,
  };
}

/** Where to watch for a path: `only` is the one entry of `root` that matters, undefined when all below `root` do. */
type Place = { readonly root: string; readonly only?: string };

function watchPath(path: string, changed: Coalesced): () => void {
  let watcher: FSWatcher | undefined;
  let place: Place = { root: '' };
  let stopped = false;
  let existed = existsSync(path);
  const tell = (concerned: boolean): void => {
    const exists = existsSync(path);
    if (concerned || exists || existed) changed.call();
    existed = exists;
  };
  const arm = (): void => {
    void watcher?.close();
    if (stopped) return;
    place = placeOf(path);
    watcher = openWatcher(place)
      .on('all', (event, at) => seen(event, at))
      // What came between the choice of the place and the first event is found by looking again.
      .on('ready', () => rearmWhenMoved())
      // A watch that broke (too many of them, a lost mount) leaves the hint out; the slow resync sees the change.
      .on('error', () => undefined);
  };
  const seen = (event: string, at: string): void => {
    if (stopped) return;
    tell(isBelowOrSame(path, at));
    if (event === 'unlinkDir' && at === place.root) arm();
    else rearmWhenMoved();
  };
  const rearmWhenMoved = (): void => {
    const now = placeOf(path);
    if (stopped || (now.root === place.root && now.only === place.only)) return;
    tell(false);
    arm();
  };
  arm();
  return () => {
    stopped = true;
    changed.cancel();
    void watcher?.close();
  };
}

function openWatcher({ root, only }: Place): FSWatcher {
  const ignored =
    only === undefined
      ? (at: string): boolean => relative(root, at).split(sep).includes('.git')
      : (at: string): boolean => at !== root && at !== only;
  return watch(root, { ignoreInitial: true, ignored, ...(only === undefined ? {} : { depth: 0 }) });
}

function placeOf(path: string): Place {
  if (isFolder(path)) return { root: path };
  let only = path;
  while (!isFolder(dirname(only)) && dirname(only) !== only) only = dirname(only);
  return { root: dirname(only), only: join(dirname(only), basename(only)) };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function isBelowOrSame(path: string, at: string): boolean {
  return at === path || at.startsWith(path + sep);
}

type Coalesced = { readonly call: () => void; readonly cancel: () => void };

/** Calls `fn` once, `delayMs` after the first of a burst of calls. */
function coalesced(fn: () => void, delayMs: number): Coalesced {
  let timer: NodeJS.Timeout | undefined;
  return {
    call: () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        fn();
      }, delayMs);
    },
    cancel: () => clearTimeout(timer),
  };
}
