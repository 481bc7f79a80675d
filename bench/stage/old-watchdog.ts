import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { git } from '../../demo/crew/git.ts';
import type { Places } from '../../demo/stage/prepare.ts';

const run = promisify(execFile);
const AGENT = join(import.meta.dirname, '../agent.sh');

/** How much faster than the real one it ticks, so that a run does not take hours. */
export const SCALE = 200;
const FAST_TICK_MS = 30_000 / SCALE;
const HEAVY_TICK_MS = 300_000 / SCALE;

/** A plain poller that keeps one agent alive and tells it about claims, on a tmux server of its own. */
export type OldWatchdog = {
  /** Name of its agent, for notes. */
  readonly agent: string;
  tmux(...args: readonly string[]): Promise<string>;
  end(): void;
};

/**
 * Behaves like the rig that ccci replaces: a heavy tick looks whether the session is there and starts it when not, a
 * fast tick asks the remote for new commits and types a line for each claim.
 */
export async function startOldWatchdog(places: Places): Promise<OldWatchdog> {
  const agent = 'old-verifier';
  const tmux = async (...args: readonly string[]) =>
    (await run('tmux', ['-f', '/dev/null', '-S', join(places.folder, 'old-tmux'), ...args])).stdout;
  const notes = join(places.folder, 'notes', agent);
  const clone = join(places.folder, 'old-clone');
  await git(places.folder, 'clone', '--quiet', places.remote, clone);
  const start = async () => {
    await tmux('new-session', '-d', '-s', agent, '-e', `BENCH_NOTES=${notes}`, '--', AGENT, 'old');
  };
  await start();
  let seen = await git(clone, 'rev-parse', 'origin/main');
  const heavy = repeat(HEAVY_TICK_MS, async () => {
    const isThere = await tmux('has-session', '-t', `=${agent}`).then(
      () => true,
      () => false,
    );
    if (!isThere) await start();
  });
  const fast = repeat(FAST_TICK_MS, async () => {
    const [head = ''] = (await git(clone, 'ls-remote', 'origin', 'refs/heads/main')).split('\t');
    if (head === seen) return;
    await git(clone, 'fetch', '--quiet', 'origin');
    const fresh = await git(clone, 'log', '--reverse', '--format=%H %s', `${seen}..${head}`);
    seen = head;
    for (const line of fresh.split('\n').filter((one) => one.includes(' claim('))) {
      await tmux('send-keys', '-t', `=${agent}:`, '-l', line);
      await tmux('send-keys', '-t', `=${agent}:`, 'Enter');
    }
  });
  return { agent, tmux, end: () => [heavy, fast].forEach((stop) => stop()) };
}

/** A time between two ticks of the slower kind, so that what is measured is not in step with them. */
export function randomPauseMs(): number {
  return Math.random() * HEAVY_TICK_MS;
}

// A tick that takes longer than its period leaves out the next one, as a loop with a sleep would.
function repeat(periodMs: number, work: () => Promise<void>): () => void {
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    void work()
      .catch(() => undefined)
      .finally(() => (isBusy = false));
  }, periodMs);
  return () => clearInterval(timer);
}
