import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readGitFolders } from './git-folders.ts';

/** Folders to watch, each with the names in it that matter and the identity of the folder that stood there. */
export type WatchedPlaces = Map<string, { readonly names: Set<string>; readonly identity: string }>;

/**
 * The few folders in which a push, a fetch or a commit of `branch` shows, and in which the clone would appear again after it was deleted.
 * A folder that is not there is replaced by the nearest one above it, watched for the next part of the way.
 */
export async function readWatchedPlaces(clone: string, branch: string): Promise<WatchedPlaces> {
  const places: WatchedPlaces = new Map();
  for (const file of await watchedFiles(clone, branch)) await addPlace(places, dirname(file), basename(file));
  return places;
}

async function watchedFiles(clone: string, branch: string): Promise<readonly string[]> {
  const folders = await readGitFolders(clone);
  if (folders.state !== 'known') return [join(clone, '.git', 'HEAD'), join(clone, '.git')];
  const { gitDir, commonDir } = folders.value;
  const shared = ['packed-refs', `refs/heads/${branch}`, `refs/remotes/origin/${branch}`, 'reftable/tables.list'];
  return [join(clone, '.git'), join(gitDir, 'HEAD'), ...shared.map((name) => join(commonDir, name))];
}

async function addPlace(places: WatchedPlaces, folder: string, name: string): Promise<void> {
  const identity = await readIdentity(folder);
  if (identity === undefined) {
    if (dirname(folder) !== folder) await addPlace(places, dirname(folder), basename(folder));
    return;
  }
  const place = places.get(folder) ?? { names: new Set<string>(), identity };
  // A watched folder that is moved or deleted reports its own name.
  place.names.add(name).add(basename(folder));
  places.set(folder, place);
}

async function readIdentity(folder: string): Promise<string | undefined> {
  const stats = await stat(folder).catch(() => undefined);
  return stats?.isDirectory() === true ? `${stats.dev}:${stats.ino}` : undefined;
}
