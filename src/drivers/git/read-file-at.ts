import type { Fact } from '#api/fact.ts';
import { ABSENT, known, unknown } from '#api/fact.ts';
import { GitExit, READ_TIMEOUT_MS } from './mirror-git.ts';
import { runGit } from './run-git.ts';

/** The most that `readFileAt` reads. */
export const MAX_FILE_BYTES = 1024 * 1024;

/**
 * A regular file's text at a commit; bytes that are no UTF-8 become U+FFFD. The size is asked first, so that nothing large is unpacked.
 * `absent`: there is no regular file of that name (a folder, a link or a submodule is none). Throws GitExit.
 */
export async function readFileAt(
  mirror: string,
  env: Record<string, string>,
  file: { sha: string; path: string },
): Promise<Fact<string>> {
  const entry = await readEntry(mirror, env, file);
  if (entry === undefined) return ABSENT;
  if (entry.sizeBytes > MAX_FILE_BYTES) {
    return unknown(
      'FileTooLarge',
      `File "${file.path}" at ${file.sha} has ${entry.sizeBytes} bytes, expected at most ${MAX_FILE_BYTES}`,
    );
  }
  return known(await output(mirror, env, ['cat-file', 'blob', entry.blob]));
}

/** The blob id of a regular file at a commit, without unpacking the file. `absent` as in `readFileAt`. Throws GitExit. */
export async function readBlobAt(
  mirror: string,
  env: Record<string, string>,
  file: { sha: string; path: string },
): Promise<Fact<string>> {
  const entry = await readEntry(mirror, env, file);
  return entry === undefined ? ABSENT : known(entry.blob);
}

async function readEntry(mirror: string, env: Record<string, string>, file: { sha: string; path: string }) {
  const args = ['ls-tree', '-l', '-z', '--full-tree', `${file.sha}^{tree}`, '--', file.path];
  return parseEntry(await output(mirror, env, args), file.path);
}

function parseEntry(listing: string, path: string): { blob: string; sizeBytes: number } | undefined {
  const match = /^100\d{3} blob ([0-9a-f]{40,64}) +(\d+)\t([^\0]*)\0$/.exec(listing);
  if (match?.[1] === undefined || match[3] !== path) return undefined;
  return { blob: match[1], sizeBytes: Number(match[2]) };
}

async function output(mirror: string, env: Record<string, string>, args: readonly string[]): Promise<string> {
  const place = ['-c', 'safe.directory=*'];
  const end = await runGit({
    args: [...place, ...args],
    cwd: mirror,
    env: { ...env, GIT_DIR: '.' },
    timeoutMs: READ_TIMEOUT_MS,
    maxBytes: MAX_FILE_BYTES + 64 * 1024,
  });
  if (end.exitCode === 0) return TEXT.decode(end.stdout);
  if (end.exitCode === undefined) throw new Error(end.startFailure ?? 'no answer in time');
  throw new GitExit(end.exitCode, end.stderr);
}

const TEXT = new TextDecoder('utf-8');
