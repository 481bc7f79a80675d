import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fact } from '#api/fact.ts';
import { ABSENT, known, unknown } from '#api/fact.ts';
import { createAnswerCache } from './answer-cache.ts';
import { isBranch, isPathInside, isSha } from './git-words.ts';
import { readCredentials } from './git-credentials.ts';
import type { Commit, GitReader } from './git.ts';
import { GitExit, mirrorGit } from './mirror-git.ts';
import { LOG_FORMAT, parseLog } from './parse-log.ts';
import { readChanges } from './read-changes.ts';
import { readClone } from './read-clone.ts';
import { readBlobAt, readFileAt } from './read-file-at.ts';
import { readMirrorSize } from './tidy-mirror.ts';
import { readRef } from './read-ref.ts';
import { readSigners, signersOf } from './read-signers.ts';
import { missingOrUnknown } from './read-small-file.ts';
import { readWorktree } from './read-worktree.ts';
import { localEnvironment } from './safe-git.ts';

/**
 * The GitReader of real repositories. Heads and clones are read from plain files; what depends on commits alone is asked of git once and remembered.
 */
export function createGitReader(options: {
  environment: Readonly<Record<string, string | undefined>>;
  suspects: Set<string>;
}): GitReader {
  const env = localEnvironment(options.environment);
  const cache = createAnswerCache(4 * 1024 * 1024);
  async function ask<T>(mirror: string, key: readonly unknown[], read: () => Promise<Fact<T>>): Promise<Fact<T>> {
    const fact = await cache.answer(JSON.stringify([mirror, ...key]), () => explained(mirror, env, read));
    if (fact.state === 'unknown' && fact.reason === 'MirrorBroken') options.suspects.add(mirror);
    return fact;
  }
  return {
    mirrorHead: (mirror, branch) => readMirrorHead(mirror, branch),
    log: async (mirror, range) => {
      const wrong = [range.to, ...(range.from === undefined ? [] : [range.from])].find((sha) => !isSha(sha));
      if (wrong !== undefined) return commitInvalid(wrong);
      if (range.from === range.to || range.limit < 1) return known([]);
      return await ask(mirror, ['log', range.to, range.from, range.limit], () => readLog(mirror, env, range));
    },
    changes: async (mirror, range) => {
      const wrong = [range.to, range.from].find((sha) => !isSha(sha));
      if (wrong !== undefined) return commitInvalid(wrong);
      if (range.from === range.to || range.limit < 1) return known([]);
      const key = ['changes', range.to, range.from, range.limit];
      return await ask(mirror, key, () => readChanges(mirror, env, range));
    },
    fileAt: async (mirror, sha, path) => {
      const mistake = placeMistake(sha, path);
      return mistake ?? (await ask(mirror, ['file', sha, path], () => readFileAt(mirror, env, { sha, path })));
    },
    blobAt: async (mirror, sha, path) => {
      const mistake = placeMistake(sha, path);
      return mistake ?? (await ask(mirror, ['blob', sha, path], () => readBlobAt(mirror, env, { sha, path })));
    },
    isAncestor: async (mirror, ancestor, descendant) => {
      const wrong = [ancestor, descendant].find((sha) => !isSha(sha));
      if (wrong !== undefined) return commitInvalid(wrong);
      return await ask(mirror, ['ancestor', ancestor, descendant], () =>
        readIsAncestor(mirror, env, [ancestor, descendant]),
      );
    },
    mirrorSize: async (mirror) => readMirrorSize(mirror),
    credentials: async (credentials) => readCredentials(credentials),
    clone: (path, branch) => readClone(path, branch, env),
    worktree: (path) => readWorktree(path, env),
    signers: (mirror, request) =>
      signersOf(request, (file, shas) =>
        ask(mirror, ['signers', file.stamp, ...shas], () => readSigners(mirror, env, { shas, file })),
      ),
  };
}

async function readMirrorHead(mirror: string, branch: string): Promise<Fact<string>> {
  if (!isBranch(branch)) return unknown('BranchInvalid', `Branch "${branch}" is not a valid branch name`);
  const head = await readRef(mirror, `refs/heads/${branch}`);
  if (head.state === 'known') return head;
  if (head.state === 'unknown') return head.reason === 'RefDamaged' ? unknown('MirrorBroken', head.message) : head;
  // No ref is only an answer where there is a mirror that could hold one.
  try {
    await stat(mirror);
    await stat(join(mirror, 'HEAD'));
    return ABSENT;
  } catch (error) {
    const fact = missingOrUnknown(error, mirror);
    if (fact.state === 'unknown') return fact;
    const gone = await stat(mirror).then(
      () => false,
      () => true,
    );
    return gone ? ABSENT : unknown('MirrorBroken', `Folder "${mirror}" is no bare repository`);
  }
}

async function readLog(
  mirror: string,
  env: Record<string, string>,
  range: { to: string; from?: string; limit: number },
): Promise<Fact<readonly Commit[]>> {
  const options = [
    '-z',
    `--format=${LOG_FORMAT}`,
    '--topo-order',
    '--no-show-signature',
    '--no-notes',
    '--no-color',
    '--no-decorate',
  ];
  const revisions = [range.to, ...(range.from === undefined ? [] : [`^${range.from}`])];
  const text = await mirrorGit(mirror, env, [
    'log',
    ...options,
    `--max-count=${Math.floor(range.limit)}`,
    ...revisions,
    '--',
  ]);
  const commits = parseLog(text);
  return commits === undefined
    ? unknown('Unreadable', `git's log of "${mirror}" is not in the expected form`)
    : known(commits);
}

/** By the merge base, because it prints something in the usual case; one that is the ancestor itself is the only best one. */
async function readIsAncestor(
  mirror: string,
  env: Record<string, string>,
  [ancestor, descendant]: readonly [string, string],
): Promise<Fact<boolean>> {
  try {
    const base = await mirrorGit(mirror, env, ['merge-base', ancestor, descendant]);
    return known(base.trim() === ancestor);
  } catch (error) {
    if (error instanceof GitExit && error.exitCode === 1 && error.stderr === '') return known(false);
    throw error;
  }
}

/** Runs a read and turns what git says into a reason. */
async function explained<T>(
  mirror: string,
  env: Record<string, string>,
  read: () => Promise<Fact<T>>,
): Promise<Fact<T>> {
  const place = await stat(mirror).catch((error: unknown) => missingOrUnknown(error, mirror));
  if ('state' in place)
    return place.state === 'unknown' ? place : unknown('MirrorMissing', `There is no mirror in "${mirror}" yet`);
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof GitExit))
      return unknown(
        'TimedOut',
        `git did not answer about "${mirror}": ${error instanceof Error ? error.message : String(error)}`,
      );
    return await explainExit(mirror, env, error);
  }
}

async function explainExit(mirror: string, env: Record<string, string>, exit: GitExit): Promise<Fact<never>> {
  const missing = /(?:bad object|not a valid (?:commit|object) name) ([0-9a-f]{40,64})/i.exec(exit.stderr)?.[1];
  const line = exit.stderr.trim().split('\n')[0] ?? '';
  if (missing !== undefined && !/^error:/m.test(exit.stderr) && !(await isReferenced(mirror, env, missing))) {
    return unknown('CommitMissing', `Commit ${missing} is not in the mirror "${mirror}"`);
  }
  return unknown('MirrorBroken', `git could not read the mirror "${mirror}": ${line}`);
}

/** A commit that a branch points at can not be missing from a whole mirror. */
async function isReferenced(mirror: string, env: Record<string, string>, sha: string): Promise<boolean> {
  const refs = await mirrorGit(mirror, env, ['for-each-ref', '--format=%(objectname)']).catch(() => sha);
  return refs.includes(sha);
}

function placeMistake(sha: string, path: string): Fact<never> | undefined {
  if (!isSha(sha)) return commitInvalid(sha);
  return isPathInside(path)
    ? undefined
    : unknown('PathInvalid', `Path "${path}" does not name a file inside a repository`);
}

function commitInvalid(sha: string): Fact<never> {
  return unknown('CommitInvalid', `"${sha}" is not a full commit hash`);
}
