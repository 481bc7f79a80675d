import { lstatSync, readdirSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import type { Fact } from '#api/fact.ts';
import { ABSENT, known } from '#api/fact.ts';
import { missingOrUnknown, readSmallFile } from './read-small-file.ts';

/** Where a work tree's repository lives. A linked work tree has its own HEAD in `gitDir`, and shares refs and config in `commonDir`. */
export type GitFolders = { readonly gitDir: string; readonly commonDir: string };

/** Finds the repository of exactly this folder (never of a parent). `absent`: the folder is no work tree of a repository. */
export async function readGitFolders(path: string): Promise<Fact<GitFolders>> {
  const gitDir = await readGitDir(path);
  if (gitDir.state !== 'known') return gitDir;
  const common = await readSmallFile(join(gitDir.value, 'commondir'), 4096);
  if (common.state === 'unknown') return common;
  const commonDir = common.state === 'known' ? resolve(gitDir.value, common.value.trim()) : gitDir.value;
  const objects = await isFolder(join(commonDir, 'objects'));
  const head = await readSmallFile(join(gitDir.value, 'HEAD'), 4096);
  if (objects.state === 'unknown') return objects;
  if (head.state === 'unknown') return head;
  return objects.state === 'known' && head.state === 'known' ? known({ gitDir: gitDir.value, commonDir }) : ABSENT;
}

/** What stands at a path: `missing`, `empty` (an empty folder) or `filled` (a folder with entries, or something that is no folder). */
export async function readPlace(path: string): Promise<Fact<'empty' | 'filled'>> {
  try {
    return known(readdirSync(path).length === 0 ? 'empty' : 'filled');
  } catch (error) {
    const fact = missingOrUnknown(error, path);
    if (fact.state === 'unknown') return fact;
    return await readOddPlace(path);
  }
}

async function readOddPlace(path: string): Promise<Fact<'filled'>> {
  try {
    lstatSync(path);
    return known('filled');
  } catch (error) {
    return missingOrUnknown(error, path);
  }
}

async function readGitDir(path: string): Promise<Fact<string>> {
  const dotGit = join(path, '.git');
  const folder = await isFolder(dotGit);
  if (folder.state !== 'absent') return folder.state === 'known' ? known(dotGit) : folder;
  const file = await readSmallFile(dotGit, 4096);
  if (file.state !== 'known') return file;
  const target = /^gitdir: ([^\n]+)/.exec(file.value)?.[1];
  if (target === undefined) return ABSENT;
  return known(isAbsolute(target) ? target : resolve(path, target));
}

async function isFolder(path: string): Promise<Fact<true>> {
  try {
    return statSync(path).isDirectory() ? known(true) : ABSENT;
  } catch (error) {
    return missingOrUnknown(error, path);
  }
}
