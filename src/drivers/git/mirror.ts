import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pid } from 'node:process';
import { valueOf } from '#api/fact.ts';
import { isAlive } from './is-alive.ts';
import { mirrorGit } from './mirror-git.ts';
import { parseRepositoryConfig } from './read-config.ts';
import { readSmallFile } from './read-small-file.ts';
import { runGit } from './run-git.ts';

/** What stands where a mirror should be. `Elsewhere`: a mirror of another URL. */
export type MirrorState = 'Missing' | 'Damaged' | 'Elsewhere' | 'Usable';

/** Looks at the few files that every bare repository has; cheap enough for each fetch. */
export async function readMirrorState(mirror: string, url: string): Promise<MirrorState> {
  const names = await readdir(mirror).catch(() => undefined);
  if (names === undefined || names.length === 0)
    return (await exists(mirror)) && names === undefined ? 'Damaged' : 'Missing';
  if (!['HEAD', 'config', 'objects', 'refs'].every((name) => names.includes(name))) return 'Damaged';
  const config = valueOf(await readSmallFile(join(mirror, 'config'), 64 * 1024));
  const origin = parseRepositoryConfig(config ?? '').originUrl;
  if (origin === undefined) return 'Damaged';
  return origin === url ? 'Usable' : 'Elsewhere';
}

/** Makes an empty bare mirror of a URL: beside its place first, then renamed, so that a crash leaves no half one. */
export async function makeMirror(
  { mirror, url, objectFormat }: { mirror: string; url: string; objectFormat?: 'sha256' },
  env: Record<string, string>,
): Promise<void> {
  await mkdir(dirname(mirror), { recursive: true, mode: 0o700 });
  await removeLeftovers(mirror);
  const temporary = temporaryNeighbour(mirror);
  await mkdir(temporary, { mode: 0o700 });
  await mirrorGit(temporary, env, [
    'init',
    '--bare',
    '--template=',
    ...(objectFormat === undefined ? [] : [`--object-format=${objectFormat}`]),
    '.',
  ]);
  await runGit({
    args: ['config', 'remote.origin.url', url],
    cwd: temporary,
    env: { ...env, GIT_DIR: '.' },
    timeoutMs: 10_000,
  });
  await rename(temporary, mirror);
}

/** Moves a mirror out of the way, keeping only the last one moved. */
export async function setAside(mirror: string): Promise<void> {
  await rm(`${mirror}.broken`, { recursive: true, force: true, maxRetries: 3 });
  await rename(mirror, `${mirror}.broken`);
}

/** Asks git whether the objects hold together; `deep` reads every one of them. True only when git found damage, not when it ran out of time. */
export async function isDamaged(
  mirror: string,
  env: Record<string, string>,
  limits: { deep: boolean; timeoutMs: number },
): Promise<boolean> {
  const args = ['fsck', '--no-dangling', '--no-progress', ...(limits.deep ? ['--full'] : ['--connectivity-only'])];
  const end = await runGit({ args, cwd: mirror, env: { ...env, GIT_DIR: '.' }, timeoutMs: limits.timeoutMs });
  return end.exitCode !== undefined && end.exitCode !== 0;
}

/** Removes what a git that was killed left in the mirror: half packs, and locks older than any that git holds. True when a lock was in the way. */
export async function removeDebris(mirror: string, branch: string): Promise<boolean> {
  const packs = join(mirror, 'objects', 'pack');
  for (const name of await readdir(packs).catch(() => [])) {
    if (name.startsWith('tmp_')) await rm(join(packs, name), { force: true });
  }
  let unlocked = false;
  for (const name of [`refs/heads/${branch}.lock`, 'packed-refs.lock', 'HEAD.lock', 'config.lock', 'shallow.lock']) {
    const lock = join(mirror, name);
    const stats = await stat(lock).catch(() => undefined);
    if (stats === undefined || Date.now() - stats.mtimeMs < STALE_LOCK_MS) continue;
    await rm(lock, { force: true });
    unlocked = true;
  }
  return unlocked;
}

/** A name beside `path` that says who works there, so that a later start can tell a leftover from work under way. */
export function temporaryNeighbour(path: string): string {
  return join(dirname(path), `${leftoverPrefix(path)}${pid}-${randomBytes(4).toString('hex')}`);
}

/** Removes temporary neighbours of `path` whose program is gone. */
export async function removeLeftovers(path: string): Promise<void> {
  const prefix = leftoverPrefix(path);
  for (const name of await readdir(dirname(path)).catch(() => [])) {
    const owner = /^(\d+)-[0-9a-f]{8}$/.exec(name.startsWith(prefix) ? name.slice(prefix.length) : '')?.[1];
    // Work on one place is one after the other, so what carries the own pid is from an earlier program with the same pid.
    if (owner === undefined || (Number(owner) !== pid && isAlive(Number(owner)))) continue;
    await rm(join(dirname(path), name), { recursive: true, force: true, maxRetries: 3 });
  }
}

// git holds a ref lock for milliseconds; what is older belongs to a git that was killed.
const STALE_LOCK_MS = 10_000;

function leftoverPrefix(path: string): string {
  return `.${basename(path)}.ccci-new-`;
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
