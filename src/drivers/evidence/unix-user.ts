import { execFile } from 'node:child_process';
import { lchown, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { getuid } from 'node:process';
import { promisify } from 'node:util';

/** A Unix user by numbers. */
export type UnixUser = { readonly uid: number; readonly gid: number };

const run = promisify(execFile);

/** The user of that name, for a program to run as. Throws with what to do when there is none, or when this process may not become it. */
export async function unixUser(name: string): Promise<UnixUser> {
  const [uid, gid] = await Promise.all(['-u', '-g'].map(async (flag) => Number((await ask(flag, name)).trim())));
  if (uid === undefined || gid === undefined || !Number.isInteger(uid) || !Number.isInteger(gid))
    throw new Error(`could not find the user "${name}"; create it, or correct evidence.runAs`);
  if (getuid?.() !== 0 && getuid?.() !== uid)
    throw new Error(
      `could not run as user "${name}": only a controller that runs as root can; leave evidence.runAs out`,
    );
  return { uid, gid };
}

async function ask(flag: string, name: string): Promise<string> {
  try {
    return (await run('id', [flag, '--', name])).stdout;
  } catch (cause) {
    throw new Error(`could not find the user "${name}"; create it, or correct evidence.runAs`, { cause });
  }
}

/** Gives a folder with everything in it to a user; links are given, not followed. */
export async function giveTo({ uid, gid }: UnixUser, path: string): Promise<void> {
  await lchown(path, uid, gid);
  const entries = await readdir(path, { withFileTypes: true });
  for (const entry of entries) {
    const below = join(path, entry.name);
    if (entry.isDirectory()) await giveTo({ uid, gid }, below);
    else await lchown(below, uid, gid);
  }
}
