import type { Fact } from '#api/fact.ts';
import { known, unknown } from '#api/fact.ts';
import type { CommitChanges } from './git.ts';
import { GitExit, READ_TIMEOUT_MS } from './mirror-git.ts';
import { parseChanges } from './parse-changes.ts';
import { LOG_FORMAT } from './parse-log.ts';
import { runGit } from './run-git.ts';

const MAX_BYTES = 16 * 1024 * 1024;

const OPTIONS = [
  '-z',
  '--raw',
  '--no-renames',
  '--diff-merges=combined',
  '--topo-order',
  '--no-ext-diff',
  '--no-textconv',
];

/** The commits of a range with the paths that each changed. A list that is too long to read is `unknown(ChangesTooLarge)`. Throws GitExit. */
export async function readChanges(
  mirror: string,
  env: Record<string, string>,
  range: { to: string; from: string; limit: number },
): Promise<Fact<readonly CommitChanges[]>> {
  const shape = ['--no-show-signature', '--no-notes', '--no-color', '--no-decorate', '--ignore-submodules=none'];
  const limit = `--max-count=${Math.floor(range.limit)}`;
  const end = await runGit({
    args: [
      '-c',
      'safe.directory=*',
      '-c',
      'log.showRoot=true',
      'log',
      ...OPTIONS,
      ...shape,
      `--format=${LOG_FORMAT}`,
      limit,
      range.to,
      `^${range.from}`,
      '--',
    ],
    cwd: mirror,
    env: { ...env, GIT_DIR: '.' },
    timeoutMs: READ_TIMEOUT_MS,
    maxBytes: MAX_BYTES,
  });
  if (end.stdout.byteLength >= MAX_BYTES)
    return unknown(
      'ChangesTooLarge',
      `The list of files that were changed from ${range.from} to ${range.to} has more than ${MAX_BYTES} bytes`,
    );
  if (end.exitCode === undefined) throw new Error(end.startFailure ?? 'no answer in time');
  if (end.exitCode !== 0) throw new GitExit(end.exitCode, end.stderr);
  const changes = parseChanges(new TextDecoder().decode(end.stdout));
  return changes === undefined
    ? unknown('Unreadable', `git's list of changes in "${mirror}" is not in the expected form`)
    : known(changes);
}
