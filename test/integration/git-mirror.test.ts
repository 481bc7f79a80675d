import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { known } from '#api/fact.ts';
import type { Git } from '#drivers/git/create-git.ts';
import { createGit } from '#drivers/git/create-git.ts';
import { GitError } from '#drivers/git/git.ts';
import type { ScratchGit } from '../support/git.ts';
import { createScratchGit } from '../support/git.ts';

describe('a mirror of a repository on this machine', () => {
  let scratch: ScratchGit;
  let git: Git;
  let bare: string;
  let mirror: string;
  let head: string;
  beforeEach(async () => {
    scratch = await createScratchGit();
    git = createGit({ environment: scratch.environment });
    bare = await scratch.bare('remote.git');
    mirror = join(scratch.root, 'state', 'mirror.git');
    head = await scratch.commitTo(bare, { subject: 'first' });
  });
  afterEach(() => scratch.remove());

  function fetchFrom(url: string): Promise<string> {
    return git.writer.fetch({ mirror, url, branch: 'main', timeoutMs: 20_000 });
  }

  it('is fetched by path and by file URL, and is owner-only', async () => {
    assert.equal(await fetchFrom(bare), head);
    assert.equal(await fetchFrom(pathToFileURL(bare).href), head);
    assert.equal((await modeOf(mirror)) & 0o077, 0);
  });

  it('is not confused by a GIT_DIR that the controller was started with', async () => {
    const other = createGit({
      environment: { ...scratch.environment, GIT_DIR: join(scratch.root, 'elsewhere'), GIT_INDEX_FILE: 'x' },
    });
    assert.equal(await other.writer.fetch({ mirror, url: bare, branch: 'main', timeoutMs: 20_000 }), head);
    const log = await other.reader.log(mirror, { to: head, limit: 1 });
    assert.equal(log.state, 'known');
  });

  it('runs no hook that somebody put into it', async () => {
    await fetchFrom(bare);
    const marker = join(scratch.root, 'marker');
    await mkdir(join(mirror, 'hooks'), { recursive: true });
    await writeFile(join(mirror, 'hooks', 'reference-transaction'), `#!/bin/sh\ntouch '${marker}'\n`, { mode: 0o755 });
    await scratch.commitTo(bare, {});
    await fetchFrom(bare);
    assert.equal((await readdir(scratch.root)).includes('marker'), false);
  });

  it('says RepositoryMissing for a path at which no repository is', async () => {
    const fetched = fetchFrom(join(scratch.root, 'none.git'));
    await assert.rejects(fetched, (error) => error instanceof GitError && error.reason === 'RepositoryMissing');
  });

  it('follows a remote that names objects with SHA-256', async () => {
    await fetchFrom(bare);
    const other = join(scratch.root, 'sha256.git');
    await scratch.git(scratch.root, 'init', '-q', '--bare', '-b', 'main', '--object-format=sha256', other);
    const sha = await scratch.commitTo(other, { files: { a: 'a' } });
    assert.match(sha, /^[0-9a-f]{64}$/);
    assert.equal(await fetchFrom(other), sha);
    assert.equal(await fetchFrom(other), sha);
    assert.deepEqual(await git.reader.fileAt(mirror, sha, 'a'), known('a'));
    assert.equal(await fetchFrom(bare), head);
  });

  it('keeps exactly one damaged predecessor', async () => {
    for (const round of [1, 2]) {
      const fresh = createGit({ environment: scratch.environment });
      await fetchFrom(bare);
      await writeFile(join(mirror, 'HEAD.round'), String(round));
      await writeFile(join(mirror, 'refs/heads/main'), 'garbage');
      assert.equal(await fresh.writer.fetch({ mirror, url: bare, branch: 'main', timeoutMs: 20_000 }), head);
    }
    assert.deepEqual((await readdir(join(scratch.root, 'state'))).toSorted(), ['mirror.git', 'mirror.git.broken']);
    assert.equal(readFileSync(join(`${mirror}.broken`, 'HEAD.round'), 'utf8'), '2');
  });

  const wrecks = [
    { reason: 'a folder with something else', wreck: () => writeFile(join(mirror, 'notes'), 'x') },
    { reason: 'a config that is no config', wreck: () => writeFile(join(mirror, 'config'), '[[[\n') },
    { reason: 'an empty HEAD', wreck: () => writeFile(join(mirror, 'HEAD'), '') },
  ];
  for (const { reason, wreck } of wrecks) {
    it(`is made again over ${reason}`, async () => {
      if (reason.startsWith('a folder')) await mkdir(mirror, { recursive: true });
      else await fetchFrom(bare);
      await wreck();
      assert.equal(await fetchFrom(bare), head);
      assert.deepEqual(await git.reader.mirrorHead(mirror, 'main'), known(head));
    });
  }

  it('is not made over and over on a disk that damages each', async () => {
    await fetchFrom(bare);
    await writeFile(join(mirror, 'refs/heads/main'), 'garbage');
    await fetchFrom(bare);
    await writeFile(join(mirror, 'refs/heads/main'), 'garbage');
    await assert.rejects(fetchFrom(bare), (error) => error instanceof GitError && error.reason === 'MirrorBroken');
  });

  it('gets past the lock and the half packs of a git that was killed', async () => {
    await fetchFrom(bare);
    const lock = join(mirror, 'refs/heads/main.lock');
    await writeFile(lock, '');
    await utimes(lock, 1_600_000_000, 1_600_000_000);
    await writeFile(join(mirror, 'objects/pack/tmp_pack_x1'), 'half');
    const next = await scratch.commitTo(bare, {});
    assert.equal(await fetchFrom(bare), next);
    assert.deepEqual(await readdir(join(mirror, 'objects/pack')), []);
  });

  it('waits for another git that holds the lock just now', async () => {
    await fetchFrom(bare);
    await writeFile(join(mirror, 'refs/heads/main.lock'), '');
    await scratch.commitTo(bare, {});
    await assert.rejects(fetchFrom(bare), (error) => error instanceof GitError && error.reason === 'MirrorBroken');
    assert.deepEqual(await git.reader.mirrorHead(mirror, 'main'), known(head));
  });

  it('removes what an earlier crash left beside it, and nothing of a program that lives', async () => {
    const state = join(scratch.root, 'state');
    const dead = '.mirror.git.ccci-new-4194303-00000000';
    const alive = `.mirror.git.ccci-new-${process.ppid}-00000000`;
    for (const name of [dead, alive]) await mkdir(join(state, name, 'objects'), { recursive: true });
    await fetchFrom(bare);
    assert.deepEqual((await readdir(state)).toSorted(), [alive, 'mirror.git'].toSorted());
  });

  it('knows links, folders and submodules from files', async () => {
    const work = join(scratch.root, 'work');
    await scratch.git(scratch.root, 'clone', '-q', bare, work);
    await mkdir(join(work, 'folder'));
    await writeFile(join(work, 'folder/file'), 'x');
    await scratch.git(work, 'update-index', '--add', '--cacheinfo', `160000,${head},module`);
    const link = await scratch.git(work, 'hash-object', '-w', join(work, 'folder/file'));
    await scratch.git(work, 'update-index', '--add', '--cacheinfo', `120000,${link},link`);
    await scratch.git(work, 'add', 'folder');
    await scratch.git(work, 'commit', '-q', '-m', 'odd entries');
    await scratch.git(work, 'push', '-q');
    const sha = await fetchFrom(bare);
    for (const path of ['folder', 'module', 'link'])
      assert.equal((await git.reader.fileAt(mirror, sha, path)).state, 'absent', path);
    assert.deepEqual(await git.reader.fileAt(mirror, sha, 'folder/file'), known('x'));
  });
});

async function modeOf(path: string): Promise<number> {
  const { stat } = await import('node:fs/promises');
  return (await stat(path)).mode;
}
