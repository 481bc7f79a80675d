import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Called before each step of a write; a test makes it throw or end the process there. */
export type OnStep = (step: string, path: string) => void;

/**
 * Replaces a file as a whole: after a crash at any point it holds the old text or the new one, and the new one is on
 * disk when this returns. The caller holds the store's lock, so the temporary name is free.
 */
export async function writeDurably(path: string, text: string, onStep: OnStep): Promise<void> {
  const temporary = await writeTemporary(path, text, { onStep, sync: true });
  await renameOver(temporary, path, onStep);
  await syncFolder(dirname(path), onStep);
}

/** Replaces a file as a whole for readers, without waiting for the disk: for hints that can be made again. */
export async function writeAtomically(path: string, text: string, onStep: OnStep): Promise<void> {
  const temporary = await writeTemporary(path, text, { onStep, sync: false });
  await renameOver(temporary, path, onStep);
}

/** Makes `folder` below `base` with all levels between, owner-only and on disk. */
export async function makeFolders(base: string, levels: readonly string[], onStep: OnStep): Promise<string> {
  let folder = base;
  for (const level of levels) {
    const parent = folder;
    folder = join(parent, level);
    onStep('make-folder', folder);
    await mkdir(folder, { mode: 0o700, recursive: true });
    // Also when it is there already: its maker may have ended before this.
    await syncFolder(parent, onStep);
  }
  return folder;
}

/** Puts a folder's entries on disk. */
export async function syncFolder(folder: string, onStep: OnStep): Promise<void> {
  onStep('sync-folder', folder);
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeTemporary(path: string, text: string, how: { onStep: OnStep; sync: boolean }): Promise<string> {
  const temporary = join(dirname(path), `.${basename(path)}.tmp`);
  how.onStep('open', temporary);
  const handle = await open(temporary, 'w', 0o600);
  try {
    how.onStep('write', temporary);
    await handle.writeFile(text);
    how.onStep('sync', temporary);
    if (how.sync) await handle.sync();
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
  return temporary;
}

async function renameOver(temporary: string, path: string, onStep: OnStep): Promise<void> {
  try {
    onStep('rename', path);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
