import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fact } from '#api/fact.ts';
import { ABSENT, known, unknown } from '#api/fact.ts';
import { readGitFolders } from './git-folders.ts';
import type { WorktreeView } from './git.ts';
import { errorCode } from './read-small-file.ts';
import { readClone } from './read-clone.ts';
import { runGit } from './run-git.ts';

/** A hand-off waits for this look, so it is short: what takes longer stays unknown. */
const TIME_LIMIT_MS = 2000;

/**
 * Counts what was changed in a clone and not committed. git compares the files with a copy of the clone's index, in a
 * repository of its own that has no configuration but ours: no filter, hook, monitor or program that the clone names
 * is known there, and neither lock nor refreshed index ends up in the clone.
 */
export async function readWorktree(path: string, env: Record<string, string>): Promise<Fact<WorktreeView>> {
  const folders = await readGitFolders(path);
  if (folders.state !== 'known') return folders;
  const clone = await readClone(path, 'main', env);
  if (clone.state !== 'known') return clone;
  const { head } = clone.value;
  const own = await mkdtemp(join(tmpdir(), 'ccci-look-'));
  try {
    await makeRepository(own, { ...folders.value, head });
    return await readStatus(own, path, env);
  } catch (error) {
    // A clone without an index was never checked out.
    if (errorCode(error) === 'ENOENT') return ABSENT;
    return unknown(
      'Unreadable',
      `Could not look at the files of the clone "${path}": ${errorCode(error) ?? String(error)}`,
    );
  } finally {
    await rm(own, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function makeRepository(
  own: string,
  clone: { gitDir: string; commonDir: string; head: string | undefined },
): Promise<void> {
  await copyFile(join(clone.gitDir, 'index'), join(own, 'index'));
  await mkdir(join(own, 'objects', 'info'), { recursive: true });
  await mkdir(join(own, 'refs'));
  await mkdir(join(own, 'info'));
  await copyFile(join(clone.commonDir, 'info', 'exclude'), join(own, 'info', 'exclude')).catch(() => undefined);
  await writeFile(join(own, 'objects', 'info', 'alternates'), `${join(clone.commonDir, 'objects')}\n`);
  const isLong = clone.head?.length === 64;
  const version = isLong ? '1\n[extensions]\n\tobjectformat = sha256' : '0';
  await writeFile(join(own, 'config'), `[core]\n\trepositoryformatversion = ${version}\n`);
  await writeFile(join(own, 'HEAD'), clone.head === undefined ? 'ref: refs/heads/main\n' : `${clone.head}\n`);
}

async function readStatus(own: string, path: string, env: Record<string, string>): Promise<Fact<WorktreeView>> {
  const end = await runGit({
    args: [
      '-c',
      'safe.directory=*',
      'status',
      '--porcelain=v1',
      '-z',
      '--untracked-files=normal',
      '--ignore-submodules=all',
      '--no-renames',
    ],
    cwd: path,
    env: { ...env, GIT_DIR: own, GIT_WORK_TREE: path },
    timeoutMs: TIME_LIMIT_MS,
  });
  if (end.timedOut) return unknown('TimedOut', `git did not compare the files of the clone "${path}" in time`);
  if (end.exitCode !== 0)
    return unknown(
      'Unreadable',
      `git could not compare the files of the clone "${path}": ${end.stderr.split('\n')[0] ?? ''}`,
    );
  const entries = new TextDecoder()
    .decode(end.stdout)
    .split('\0')
    .filter((entry) => entry !== '');
  const untracked = entries.filter((entry) => entry.startsWith('??')).length;
  return known({ changed: entries.length - untracked, untracked });
}
