import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PreconditionFailed } from '#api/errors.ts';
import { openAccess } from './git-credentials.ts';
import { failureKind, gitFailure } from './git-failure.ts';
import { readPlace } from './git-folders.ts';
import { isBranch, urlMistake } from './git-words.ts';
import type { GitWriter } from './git.ts';
import { GitError } from './git.ts';
import { removeLeftovers, temporaryNeighbour } from './mirror.ts';
import { fetchMirror } from './fetch-mirror.ts';
import { publicUrl } from './public-url.ts';
import { runGit } from './run-git.ts';
import { localEnvironment, remoteEnvironment } from './safe-git.ts';
import { createTidy } from './tidy-mirror.ts';

/** What reader and writer of one process share: mirrors in which a read met damage, to be looked through at the next fetch. */
export type Suspects = Set<string>;

/** The GitWriter that runs git. Work on one mirror or folder is one after the other. */
export function createGitWriter(options: {
  environment: Readonly<Record<string, string | undefined>>;
  suspects: Suspects;
}): GitWriter {
  const env = remoteEnvironment(options.environment);
  const inTurn = createTurns();
  const remade = new Map<string, number>();
  return {
    fetch: async (request) => {
      checkRequest('fetch', request);
      return await inTurn(request.mirror, () => fetchMirror(request, { env, suspects: options.suspects, remade }));
    },
    tidy: createTidy(localEnvironment(options.environment)),
    clone: async (request) => {
      checkRequest('clone', request);
      return await inTurn(request.path, () => makeClone(request, env));
    },
  };
}

async function makeClone(request: Parameters<GitWriter['clone']>[0], env: Record<string, string>): Promise<void> {
  const { path, branch } = request;
  const access = openAccess(request);
  await checkPlace(path);
  await mkdir(dirname(path), { recursive: true });
  await removeLeftovers(path);
  const temporary = temporaryNeighbour(path);
  const options = ['--quiet', '--no-local', '--origin', 'origin', '--branch', branch];
  const url = publicUrl(request.url);
  try {
    const end = await runGit({
      args: [...access.flags, 'clone', ...options, '--', url, temporary],
      cwd: dirname(path),
      env: { ...env, ...access.env },
      secret: access.secret,
      timeoutMs: request.timeoutMs,
    });
    if (end.exitCode !== 0) throw cloneFailure(request, end);
    // Looked at again just before, because somebody may have filled the folder while git was busy; an empty one is replaced.
    await checkPlace(path);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { recursive: true, force: true, maxRetries: 3 });
  }
}

function cloneFailure(request: Parameters<GitWriter['clone']>[0], end: Awaited<ReturnType<typeof runGit>>): Error {
  const { path, url, credentials } = request;
  const doing = { doing: `clone into "${path}" from`, url, credentials };
  if (end.timedOut) return gitFailure('RemoteUnreachable', doing, `no end within ${request.timeoutMs} ms`);
  if (end.startFailure !== undefined)
    return new Error(`Could not start git to clone into "${request.path}": ${end.startFailure}`);
  const kind = failureKind(end.stderr);
  if (kind === 'Local') return new Error(gitFailure('RemoteUnreachable', doing, end.stderr).message);
  return gitFailure(kind === 'Unclear' || kind === 'OtherHash' ? 'RemoteUnreachable' : kind, doing, end.stderr);
}

async function checkPlace(path: string): Promise<void> {
  const place = await readPlace(path);
  if (place.state === 'unknown') throw new Error(`Could not clone into "${path}": ${place.message}`);
  if (place.state === 'known' && place.value === 'filled') {
    throw new PreconditionFailed(
      `Folder "${path}" is not empty, expected a missing or empty folder; move its content away, or make it a clone yourself`,
    );
  }
}

function checkRequest(doing: string, request: { url: string; branch: string }): void {
  const mistake = urlMistake(request.url);
  if (mistake !== undefined)
    throw new GitError('RepositoryMissing', `Could not ${doing} "${publicUrl(request.url)}": ${mistake}`);
  if (!isBranch(request.branch))
    throw new GitError('BranchMissing', `Could not ${doing} branch "${request.branch}": it is not a valid branch name`);
}

/** Runs work for one key after the other, whatever the earlier work came to. */
function createTurns() {
  const last = new Map<string, Promise<unknown>>();
  return async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turn = (last.get(key) ?? Promise.resolve()).then(work, work);
    last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (last.get(key) === turn) last.delete(key);
    }
  };
}
