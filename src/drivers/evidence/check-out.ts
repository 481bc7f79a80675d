import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runGit } from '../git/run-git.ts';
import { localEnvironment } from '../git/safe-git.ts';

/**
 * Makes a clean checkout of a commit from a mirror, in a repository of its own that borrows the mirror's objects: no
 * remote, no hook, no filter, no submodule, nobody's configuration. Throws with git's words.
 */
export async function checkOut(request: {
  readonly mirror: string;
  readonly sha: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** True for one that borrows nothing: whoever works in it need not be able to read the mirror. */
  readonly isWhole?: boolean;
}): Promise<void> {
  const { mirror, sha, folder, isWhole = false } = request;
  const env = localEnvironment(request.environment);
  await mkdir(folder, { mode: 0o700 });
  const git = async (args: readonly string[]): Promise<void> => {
    const end = await runGit({ args: ['-c', 'safe.directory=*', ...args], cwd: folder, env, timeoutMs: TIME_LIMIT_MS });
    if (end.exitCode === 0) return;
    const said = end.startFailure ?? (end.timedOut ? 'no end in time' : (end.stderr.trim().split('\n').at(-1) ?? ''));
    throw new Error(`could not check out commit ${sha.slice(0, 12)}: ${said}`);
  };
  const hash = sha.length === 64 ? ['--object-format=sha256'] : [];
  await git(['init', '--quiet', '--template=', '--initial-branch=main', ...hash, '.']);
  await mkdir(join(folder, '.git', 'objects', 'info'), { recursive: true });
  const alternates = join(folder, '.git', 'objects', 'info', 'alternates');
  await writeFile(alternates, `${join(mirror, 'objects')}\n`);
  await git(['-c', 'advice.detachedHead=false', 'checkout', '--quiet', '--detach', sha]);
  if (!isWhole) return;
  await git(['repack', '-a', '-d', '--quiet']);
  await rm(alternates);
}

const TIME_LIMIT_MS = 300_000;
