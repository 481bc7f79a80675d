import { watch, type FSWatcher } from 'node:fs';

import type { SignalWatcher, WatchedSpool } from './signals.ts';

/** What the watcher tells: `isUrgent` for a rare event (a turn ended, a dialog opened), false for what comes all the time. */
export type SpoolWatcherOptions = { readonly onSignal: (key: string, isUrgent: boolean) => void };

type Watched = { readonly key: string; readonly watcher: FSWatcher | undefined };

/** Listens to spool folders (inotify). A folder that is not there yet is tried again at the next `set`; a lost watch costs speed only. */
export function createSpoolWatcher({ onSignal }: SpoolWatcherOptions): SignalWatcher {
  const watched = new Map<string, Watched>();
  const drop = (folder: string): void => {
    watched.get(folder)?.watcher?.close();
    watched.delete(folder);
  };
  const listen = ({ key, folder }: WatchedSpool): void => {
    const watcher = openWatcher(folder, (name) => {
      if (name.startsWith('e-') || name.startsWith('s-')) onSignal(key, name.startsWith('e-'));
    });
    watcher?.on('error', () => drop(folder));
    if (watcher !== undefined) watched.set(folder, { key, watcher });
  };
  return {
    set(spools) {
      for (const folder of watched.keys()) if (!spools.some((one) => one.folder === folder)) drop(folder);
      for (const spool of spools) if (!watched.has(spool.folder)) listen(spool);
    },
    close() {
      for (const folder of watched.keys()) drop(folder);
    },
  };
}

function openWatcher(folder: string, onName: (name: string) => void): FSWatcher | undefined {
  try {
    return watch(folder, { persistent: false }, (_event, name) => {
      if (name !== null) onName(name);
    });
  } catch {
    return undefined;
  }
}
