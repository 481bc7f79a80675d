import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createGit } from '#drivers/git/create-git.ts';
import type { GitWorld } from '../contract/git-world.ts';
import { startGitHttpServer } from '../support/git-http-server.ts';
import { createScratchGit } from '../support/git.ts';

/** A world of real git: bare repositories behind git's own HTTP server on loopback, in a temporary folder. */
export async function makeRealGitWorld(): Promise<GitWorld> {
  const scratch = await createScratchGit();
  const bare = await scratch.bare('remote.git');
  await scratch.commitTo(await scratch.bare('other.git'), { subject: 'other' });
  const server = await startGitHttpServer(scratch.root, scratch.environment);
  const git = createGit({ environment: scratch.environment });
  const mirror = join(scratch.root, 'state', 'mirror.git');
  return {
    ...{ reader: git.reader, writer: git.writer, watch: git.watch, mirror },
    url: `${server.url}/remote.git`,
    otherUrl: `${server.url}/other.git`,
    place: (name) => join(scratch.root, 'home', name),
    commit: (commit) => scratch.commitTo(bare, commit),
    forcePush: ({ onto, ...commit }) => scratch.commitTo(bare, commit, onto),
    deleteBranch: async (branch) => void (await scratch.git(bare, 'update-ref', '-d', `refs/heads/${branch}`)),
    async breakRemote(fault) {
      await server.stop();
      server.mood =
        fault === 'AuthenticationFailed' ? 'Unauthorized' : fault === 'RepositoryMissing' ? 'NotFound' : 'Serving';
      if (fault !== 'RemoteUnreachable') await server.listen();
    },
    damageMirror: (part) =>
      part === 'Ref' ? writeFile(join(mirror, 'refs/heads/main'), '\0\0\0\0') : damageObjects(mirror),
    async putFolder(path, files) {
      await mkdir(path, { recursive: true });
      for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
    },
    removeFolder: (path) => rm(path, { recursive: true, force: true, maxRetries: 5 }),
    commitIn: (path, commit) => commitIn(scratch, path, String(commit.subject ?? 'work')),
    push: async (path) => void (await scratch.git(path, 'push', '--quiet')),
    async close() {
      git.close();
      await server.stop();
      await scratch.remove();
    },
  };
}

async function commitIn(
  scratch: Awaited<ReturnType<typeof createScratchGit>>,
  path: string,
  subject: string,
): Promise<string> {
  await scratch.git(path, 'commit', '--quiet', '--allow-empty', '-m', subject);
  return await scratch.git(path, 'rev-parse', 'HEAD');
}

async function damageObjects(mirror: string): Promise<void> {
  const objects = join(mirror, 'objects');
  for (const name of await readdir(objects, { recursive: true, withFileTypes: true })) {
    if (!name.isFile()) continue;
    const path = join(name.parentPath, name.name);
    await rm(path);
    await writeFile(path, 'garbage');
  }
}
