import { join } from 'node:path';
import { valueOf } from '#api/fact.ts';
import { openAccess } from './git-credentials.ts';
import type { FailureKind } from './git-failure.ts';
import { failureKind, gitFailure } from './git-failure.ts';
import type { GitError, GitWriter } from './git.ts';
import { isDamaged, makeMirror, readMirrorState, removeDebris, setAside } from './mirror.ts';
import { publicUrl } from './public-url.ts';
import { readRef } from './read-ref.ts';
import { readSmallFile } from './read-small-file.ts';
import { runGit } from './run-git.ts';

/** What fetching remembers between calls. `remade`: when a mirror was last made again because of damage, in monotonic ms. */
export type FetchMemory = {
  readonly env: Record<string, string>;
  readonly suspects: Set<string>;
  readonly remade: Map<string, number>;
};

type FetchRequest = Parameters<GitWriter['fetch']>[0];

/** Brings the mirror's branch to where the remote's is, forced pushes included, and answers its commit. A damaged mirror is moved aside and made again. */
export async function fetchMirror(request: FetchRequest, memory: FetchMemory): Promise<string> {
  const deadlineMs = performance.now() + request.timeoutMs;
  await prepareMirror(request, memory);
  let outcome = await fetchOnce(request, memory, deadlineMs);
  if (outcome.kind !== 'Fetched' && (await removeDebris(request.mirror, request.branch))) {
    outcome = await fetchOnce(request, memory, deadlineMs);
  }
  if (outcome.kind === 'OtherHash') {
    await makeForOtherHash(request, memory);
    outcome = await fetchOnce(request, memory, deadlineMs);
  }
  if (outcome.kind === 'Local' || outcome.kind === 'Unclear') {
    const damaged = await isDamaged(request.mirror, memory.env, { deep: false, timeoutMs: remaining(deadlineMs) });
    if (damaged) {
      await remake(request, memory, mirrorBroken(request, outcome.said));
      outcome = await fetchOnce(request, memory, deadlineMs);
    }
  }
  if (outcome.kind === 'Fetched') return outcome.said;
  if (outcome.kind === 'Local') throw mirrorBroken(request, outcome.said);
  const reason = outcome.kind === 'Unclear' || outcome.kind === 'OtherHash' ? 'RemoteUnreachable' : outcome.kind;
  const { url, credentials } = request;
  throw gitFailure(reason, { doing: `fetch branch "${request.branch}" of`, url, credentials }, outcome.said);
}

/** How one fetch went: the commit, or why there is none in git's words. */
type FetchOutcome = { readonly kind: 'Fetched' | FailureKind; readonly said: string };

async function prepareMirror(request: FetchRequest, memory: FetchMemory): Promise<void> {
  const { mirror } = request;
  const url = publicUrl(request.url);
  const state = await readMirrorState(mirror, url);
  if (state === 'Usable' && !memory.suspects.has(mirror)) return;
  if (state === 'Damaged')
    return await remake(request, memory, mirrorBroken(request, 'parts of the mirror are missing'));
  if (state === 'Usable') {
    memory.suspects.delete(mirror);
    const damaged = await isDamaged(mirror, memory.env, { deep: true, timeoutMs: request.timeoutMs });
    return damaged
      ? await remake(request, memory, mirrorBroken(request, 'objects of the mirror are damaged'))
      : undefined;
  }
  await locally(request, async () => {
    if (state === 'Elsewhere') await setAside(mirror);
    await makeMirror({ mirror, url }, memory.env);
  });
}

/** Moves the damaged mirror aside and makes an empty one, but not over and over: a disk that damages each is for a person. */
async function remake(request: FetchRequest, memory: FetchMemory, cause: GitError): Promise<void> {
  const { mirror } = request;
  const nowMs = performance.now();
  if (nowMs - (memory.remade.get(mirror) ?? -Infinity) < REMAKE_PAUSE_MS) throw cause;
  memory.remade.set(mirror, nowMs);
  memory.suspects.delete(mirror);
  await locally(request, async () => {
    await setAside(mirror);
    await makeMirror({ mirror, url: publicUrl(request.url) }, memory.env);
  });
}

/** Makes the mirror again for the hash that it does not have: a new one has SHA-1, until the remote turns out to use SHA-256. */
async function makeForOtherHash(request: FetchRequest, memory: FetchMemory): Promise<void> {
  const { mirror } = request;
  const config = valueOf(await readSmallFile(join(mirror, 'config'), 64 * 1024)) ?? '';
  const place = { mirror, url: publicUrl(request.url) };
  await locally(request, async () => {
    await setAside(mirror);
    await makeMirror(
      /objectformat\s*=\s*sha256/i.test(config) ? place : { ...place, objectFormat: 'sha256' },
      memory.env,
    );
  });
}

async function fetchOnce(request: FetchRequest, memory: FetchMemory, deadlineMs: number): Promise<FetchOutcome> {
  const { mirror, url, branch } = request;
  const ref = `refs/heads/${branch}`;
  const access = openAccess(request);
  const quiet = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--no-recurse-submodules'];
  const end = await runGit({
    args: [...access.flags, 'fetch', ...quiet, '--', publicUrl(url), `+${ref}:${ref}`],
    cwd: mirror,
    env: { ...memory.env, ...access.env, GIT_DIR: '.' },
    secret: access.secret,
    timeoutMs: remaining(deadlineMs),
  });
  if (end.exitCode === 0) return await fetchedHead(request);
  if (end.timedOut) return { kind: 'RemoteUnreachable', said: `no end within ${request.timeoutMs} ms` };
  if (end.startFailure !== undefined) return { kind: 'Local', said: `git could not be started (${end.startFailure})` };
  const kind = failureKind(end.stderr);
  if (kind === 'BranchMissing') await forgetBranch(request, memory);
  return { kind, said: end.stderr };
}

async function fetchedHead(request: FetchRequest): Promise<FetchOutcome> {
  const head = await readRef(request.mirror, `refs/heads/${request.branch}`);
  if (head.state === 'known') return { kind: 'Fetched', said: head.value };
  return { kind: 'Local', said: head.state === 'unknown' ? head.message : 'the branch is not there after fetching' };
}

/** The remote says that the branch is gone, so the mirror stops showing it; its commits stay readable. */
async function forgetBranch(request: FetchRequest, memory: FetchMemory): Promise<void> {
  const args = ['update-ref', '-d', `refs/heads/${request.branch}`];
  await runGit({ args, cwd: request.mirror, env: { ...memory.env, GIT_DIR: '.' }, timeoutMs: 5000 });
}

function mirrorBroken(request: FetchRequest, said: string): GitError {
  return gitFailure('MirrorBroken', { doing: `update the mirror in "${request.mirror}" of`, url: request.url }, said);
}

async function locally(request: FetchRequest, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw mirrorBroken(request, error instanceof Error ? error.message : String(error));
  }
}

function remaining(deadlineMs: number): number {
  return Math.max(100, deadlineMs - performance.now());
}

const REMAKE_PAUSE_MS = 5 * 60_000;
