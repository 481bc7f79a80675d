import { join } from 'node:path';
import type { Fact } from '#api/fact.ts';
import { known, unknown, valueOf } from '#api/fact.ts';
import type { CloneView } from './git.ts';
import type { GitFolders } from './git-folders.ts';
import { readGitFolders, readPlace } from './git-folders.ts';
import { isBranch, isSha } from './git-words.ts';
import { publicUrl } from './public-url.ts';
import { parseRepositoryConfig } from './read-config.ts';
import { readRef, readRefFile } from './read-ref.ts';
import { readSmallFile } from './read-small-file.ts';
import { runGit } from './run-git.ts';

/**
 * Says what is in a folder that should be an agent's clone, by reading plain files: no process, no lock, and nothing that its configuration names runs.
 * Only a repository with another ref format than files, or whose origin stands in an included file, is asked through git, with every override.
 */
export async function readClone(path: string, branch: string, env: Record<string, string>): Promise<Fact<CloneView>> {
  if (!isBranch(branch)) return unknown('BranchInvalid', `Branch "${branch}" is not a valid branch name`);
  const place = await readPlace(path);
  if (place.state === 'unknown') return place;
  if (place.state === 'absent') return known({ kind: 'Missing' });
  if (place.value === 'empty') return known({ kind: 'Empty' });
  const folders = await readGitFolders(path);
  if (folders.state === 'unknown') return folders;
  if (folders.state === 'absent') return known({ kind: 'NotClone' });
  return await readView(folders.value, branch, env);
}

async function readView(folders: GitFolders, branch: string, env: Record<string, string>): Promise<Fact<CloneView>> {
  const config = await readSmallFile(join(folders.commonDir, 'config'), 1024 * 1024);
  if (config.state === 'unknown') return config;
  const settings = parseRepositoryConfig(valueOf(config) ?? '');
  const byFiles = (settings.refStorage ?? 'files') === 'files';
  const refs = byFiles ? await readRefs(folders, branch) : await askRefs(folders, branch, env);
  if (refs.state !== 'known') return refs;
  const originUrl = settings.originUrl ?? (settings.includes ? await askOrigin(folders, env) : undefined);
  return known({
    kind: 'Clone',
    ...(originUrl === undefined ? {} : { originUrl: publicUrl(originUrl) }),
    ...refs.value,
  });
}

type CloneRefs = Pick<CloneView, 'branch' | 'head' | 'trackingHead'>;

async function readRefs(folders: GitFolders, branch: string): Promise<Fact<CloneRefs>> {
  const tracking = await readRef(folders.commonDir, `refs/remotes/origin/${branch}`);
  if (tracking.state === 'unknown') return tracking;
  const head = await readRefFile(join(folders.gitDir, 'HEAD'));
  if (head.state === 'unknown') return head;
  const target = valueOf(head);
  if (target === undefined || 'sha' in target) return known(cloneRefs(undefined, target?.sha, valueOf(tracking)));
  const current = await readRef(folders.commonDir, target.ref);
  if (current.state === 'unknown') return current;
  return known(cloneRefs(target.ref.replace(/^refs\/heads\//, ''), valueOf(current), valueOf(tracking)));
}

/** The same through git, for formats that only git knows. Neither command reads an object or runs anything. */
async function askRefs(folders: GitFolders, branch: string, env: Record<string, string>): Promise<Fact<CloneRefs>> {
  const symbolic = await ask(folders, ['symbolic-ref', '-q', '--short', 'HEAD'], env);
  const head = await ask(folders, ['rev-parse', '--verify', '-q', 'HEAD'], env);
  const tracking = await ask(folders, ['rev-parse', '--verify', '-q', `refs/remotes/origin/${branch}`], env);
  for (const answer of [symbolic, head, tracking]) if (answer.state === 'unknown') return answer;
  return known(cloneRefs(valueOf(symbolic), valueOf(head), valueOf(tracking)));
}

async function askOrigin(folders: GitFolders, env: Record<string, string>): Promise<string | undefined> {
  return valueOf(await ask(folders, ['config', '--includes', '--get', 'remote.origin.url'], env));
}

async function ask(folders: GitFolders, args: readonly string[], env: Record<string, string>): Promise<Fact<string>> {
  const place = [`--git-dir=${folders.gitDir}`, '-c', 'safe.directory=*', '-c', 'core.worktree=/'];
  const end = await runGit({ args: [...place, ...args], cwd: '/', env, timeoutMs: 5000, maxBytes: 64 * 1024 });
  if (end.exitCode === 0) return known(new TextDecoder().decode(end.stdout).trim());
  if (end.exitCode === 1 && end.stderr === '') return { state: 'absent' };
  const said = end.timedOut ? 'no answer in time' : (end.stderr.split('\n')[0] ?? '');
  return unknown('Unreadable', `git could not read the repository in "${folders.gitDir}": ${said}`);
}

function cloneRefs(branch: string | undefined, head: string | undefined, trackingHead: string | undefined): CloneRefs {
  return {
    ...(branch === undefined ? {} : { branch }),
    ...(head !== undefined && isSha(head) ? { head } : {}),
    ...(trackingHead !== undefined && isSha(trackingHead) ? { trackingHead } : {}),
  };
}
