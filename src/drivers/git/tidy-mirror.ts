import { readdirSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fact } from '#api/fact.ts';
import { known } from '#api/fact.ts';
import type { GitWriter, MirrorSize } from './git.ts';
import { missingOrUnknown } from './read-small-file.ts';
import { runGit } from './run-git.ts';

/** One of the 256 folders that loose objects are spread over evenly, as `git gc --auto` samples them. */
const SAMPLE = '17';

/** Estimates how many loose objects a mirror has, and counts its packs. */
export function readMirrorSize(mirror: string): Fact<MirrorSize> {
  try {
    const packs = readdirSync(join(mirror, 'objects', 'pack')).filter((name) => name.endsWith('.pack')).length;
    return known({ looseObjects: countIn(join(mirror, 'objects', SAMPLE)) * 256, packs });
  } catch (error) {
    return missingOrUnknown(error, mirror);
  }
}

/** Makes the function that tidies mirrors, each at most once at a time; see `GitWriter.tidy`. */
export function createTidy(env: Record<string, string>): GitWriter['tidy'] {
  const running = new Map<string, Promise<boolean>>();
  // What becomes of it later is seen by the next count, so nobody has to hear of it.
  async function start(request: { mirror: string; timeoutMs: number }): Promise<boolean> {
    return await tidyMirror(request, env)
      .catch(() => false)
      .finally(() => running.delete(request.mirror));
  }
  return async ({ mirror, waitMs, timeoutMs }) => {
    const work = running.get(mirror) ?? start({ mirror, timeoutMs });
    running.set(mirror, work);
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), waitMs)));
    return await Promise.race([work, over]).finally(() => clearTimeout(timer));
  };
}

/**
 * Rolls loose objects, reachable or not, and small packs up into larger packs; true when it came to its end. Objects that
 * a force-push left behind stay, because hand-offs may still name them. What was rolled up goes only when the new pack is whole.
 */
async function tidyMirror(
  { mirror, timeoutMs }: { mirror: string; timeoutMs: number },
  env: Record<string, string>,
): Promise<boolean> {
  const args = [
    '-c',
    'safe.directory=*',
    '-c',
    'pack.threads=1',
    'repack',
    '--geometric=2',
    '-d',
    '-q',
    '--no-write-bitmap-index',
  ];
  const end = await runGit({ args, cwd: mirror, env: { ...env, GIT_DIR: '.' }, timeoutMs });
  if (end.exitCode !== 0) await removeHalfPacks(mirror);
  return end.exitCode === 0;
}

async function removeHalfPacks(mirror: string): Promise<void> {
  const folder = join(mirror, 'objects', 'pack');
  const half = (await readdir(folder).catch(() => [])).filter((name) => /^(tmp_|\.tmp-)/.test(name));
  for (const name of half) await rm(join(folder, name), { force: true });
}

function countIn(folder: string): number {
  try {
    return readdirSync(folder).length;
  } catch {
    return 0;
  }
}
