import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A commit as the crew reads it: subjects carry the hand-off. */
export type CrewCommit = { readonly sha: string; readonly subject: string };

/** Runs git in a folder and answers what it printed, without the end of the line. */
export async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run('git', [...args], { cwd: folder, maxBuffer: 16 * 1024 * 1024 });
  return stdout.trimEnd();
}

/** Brings the clone to where the remote is, with own commits on top. A half-done edit of an earlier launch is thrown away: git is the truth. */
export async function pull(folder: string): Promise<void> {
  await git(folder, 'rebase', '--abort').catch(() => undefined);
  await git(folder, 'reset', '--quiet', '--hard');
  await git(folder, 'clean', '--quiet', '-fd');
  await git(folder, 'pull', '--quiet', '--rebase', 'origin', 'main');
}

/** Commits everything in the folder and pushes it; when the other agent was faster, its work goes below and it is tried again. */
export async function commitAndPush(folder: string, subject: string): Promise<void> {
  await git(folder, 'add', '--all');
  await git(folder, 'commit', '--quiet', '--allow-empty', '--message', subject);
  await push(folder);
}

/** Pushes what was committed; never by force. */
export async function push(folder: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await git(folder, 'push', '--quiet', 'origin', 'HEAD:main');
      return;
    } catch (error) {
      if (attempt >= 5) throw error;
      await git(folder, 'pull', '--quiet', '--rebase', 'origin', 'main');
    }
  }
}

/** All commits of the clone, oldest first. */
export async function history(folder: string): Promise<readonly CrewCommit[]> {
  const text = await git(folder, 'log', '--reverse', '--topo-order', '--format=%H %s');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ sha: line.slice(0, line.indexOf(' ')), subject: line.slice(line.indexOf(' ') + 1) }));
}
