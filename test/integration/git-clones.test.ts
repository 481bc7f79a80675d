import assert from 'node:assert/strict';
import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Git } from '#drivers/git/create-git.ts';
import { createGit } from '#drivers/git/create-git.ts';
import type { ScratchGit } from '../support/git.ts';
import { createScratchGit } from '../support/git.ts';

describe('clones on this machine', () => {
  let scratch: ScratchGit;
  let git: Git;
  let bare: string;
  let path: string;
  let head: string;
  beforeEach(async () => {
    scratch = await createScratchGit();
    git = createGit({ environment: scratch.environment });
    bare = await scratch.bare('remote.git');
    head = await scratch.commitTo(bare, { files: { 'a.txt': 'a' } });
    path = join(scratch.root, "it's a clone");
    await git.writer.clone({ path, url: bare, branch: 'main', timeoutMs: 20_000 });
  });
  afterEach(() => scratch.remove());

  async function view(at = path, branch = 'main') {
    const fact = await git.reader.clone(at, branch);
    if (fact.state !== 'known') assert.fail(JSON.stringify(fact));
    return fact.value;
  }

  it('are the same when their refs are packed', async () => {
    const loose = await view();
    await scratch.git(path, 'pack-refs', '--all');
    assert.deepEqual(await view(), loose);
    assert.equal(loose.trackingHead, head);
  });

  it('have no branch when detached, and no head before the first commit', async () => {
    await scratch.git(path, 'checkout', '-q', '--detach');
    assert.deepEqual(await view(), { kind: 'Clone', originUrl: bare, head, trackingHead: head });
    const fresh = join(scratch.root, 'fresh');
    await scratch.git(scratch.root, 'init', '-q', '-b', 'main', fresh);
    assert.deepEqual(await view(fresh), { kind: 'Clone', branch: 'main' });
  });

  it('may be linked work trees, whose refs are elsewhere', async () => {
    const tree = join(scratch.root, 'tree');
    await scratch.git(path, 'worktree', 'add', '-q', '-b', 'feature/x', tree);
    assert.deepEqual(await view(tree), {
      kind: 'Clone',
      originUrl: bare,
      branch: 'feature/x',
      head,
      trackingHead: head,
    });
  });

  it('may name objects with SHA-256', async () => {
    const fresh = join(scratch.root, 'sha256');
    await scratch.git(scratch.root, 'init', '-q', '-b', 'main', '--object-format=sha256', fresh);
    await scratch.git(fresh, 'commit', '-q', '--allow-empty', '-m', 'x');
    assert.match((await view(fresh)).head ?? '', /^[0-9a-f]{64}$/);
  });

  it('show the first URL of origin, unquoted and without a password', async () => {
    const rows = [
      { url: 'https://bot:s3cret@git.example.org/a.git', expected: 'https://git.example.org/a.git' },
      { url: 'ssh://git:s3cret@git.example.org/a.git', expected: 'ssh://git@git.example.org/a.git' },
      { url: 'git@git.example.org:a.git', expected: 'git@git.example.org:a.git' },
      { url: '/srv/a "quoted" #1;\\x.git', expected: '/srv/a "quoted" #1;\\x.git' },
    ];
    for (const { url, expected } of rows) {
      await scratch.git(path, 'config', 'remote.origin.url', url);
      assert.equal((await view()).originUrl, expected);
    }
  });

  it('are only the folder itself, not one inside it, and not what is no work tree', async () => {
    await mkdir(join(path, 'inside'));
    await writeFile(join(path, 'inside/file'), 'x');
    assert.deepEqual(await view(join(path, 'inside')), { kind: 'NotClone' });
    assert.deepEqual(await view(bare), { kind: 'NotClone' });
    assert.deepEqual(await view(join(path, 'a.txt')), { kind: 'NotClone' });
    assert.deepEqual(await view(join(path, 'a.txt/below')), { kind: 'Missing' });
    await symlink('nowhere', join(scratch.root, 'dangling'));
    assert.deepEqual(await view(join(scratch.root, 'dangling')), { kind: 'NotClone' });
    await symlink(path, join(scratch.root, 'link'));
    assert.equal((await view(join(scratch.root, 'link'))).kind, 'Clone');
  });

  it('with a damaged ref are unknown rather than without a head', async () => {
    await writeFile(join(path, '.git/refs/remotes/origin/main'), '\0\0\0');
    const fact = await git.reader.clone(path, 'main');
    assert.equal(fact.state === 'unknown' && fact.reason, 'RefDamaged');
  });

  it('that an earlier crash left half made are removed by the next attempt', async () => {
    const parent = join(scratch.root, 'home');
    await mkdir(join(parent, '.w.ccci-new-4194303-00000000/.git'), { recursive: true });
    await git.writer.clone({ path: join(parent, 'w'), url: bare, branch: 'main', timeoutMs: 20_000 });
    assert.deepEqual(await readdir(parent), ['w']);
  });

  const moves = [
    { reason: 'a push of a branch with a slash', branch: 'feature/x', move: pushFeature },
    { reason: 'refs being packed', branch: 'main', move: () => scratch.git(path, 'pack-refs', '--all') },
    {
      reason: 'another branch being checked out',
      branch: 'main',
      move: () => scratch.git(path, 'checkout', '-q', '-b', 'other'),
    },
    { reason: 'the clone being moved away', branch: 'main', move: () => rename(path, `${path}.old`) },
    { reason: 'the repository being deleted', branch: 'main', move: () => rm(join(path, '.git'), { recursive: true }) },
  ];
  for (const { reason, branch, move } of moves) {
    it(`give a hint after ${reason}`, async () => {
      await hinted(path, branch, move);
    });
  }

  it('that are linked work trees give a hint after a push', async () => {
    const tree = join(scratch.root, 'tree');
    await scratch.git(path, 'worktree', 'add', '-q', '-b', 'feature/x', tree);
    await hinted(tree, 'feature/x', async () => {
      await scratch.git(tree, 'commit', '-q', '--allow-empty', '-m', 'x');
      await scratch.git(tree, 'push', '-q', 'origin', 'feature/x');
    });
  });

  it('give no hint when only files and the index change', async () => {
    let hints = 0;
    const watcher = git.watch(() => (hints += 1));
    watcher.set([{ path, branch: 'main' }]);
    await pause(200);
    hints = 0;
    for (const text of ['b', 'c']) {
      await writeFile(join(path, 'a.txt'), text);
      await scratch.git(path, 'add', 'a.txt');
      await scratch.git(path, 'status');
    }
    await pause(200);
    watcher.close();
    assert.equal(hints, 0);
  });

  async function pushFeature(): Promise<void> {
    await scratch.git(path, 'checkout', '-q', '-b', 'feature/x');
    await scratch.git(path, 'commit', '-q', '--allow-empty', '-m', 'x');
    await scratch.git(path, 'push', '-q', 'origin', 'feature/x');
  }

  async function hinted(at: string, branch: string, move: () => Promise<unknown>): Promise<void> {
    const hints: string[] = [];
    const watcher = git.watch((clone) => hints.push(clone));
    try {
      watcher.set([{ path: at, branch }]);
      await pause(200);
      hints.length = 0;
      await move();
      for (let attempt = 0; attempt < 200 && hints.length === 0; attempt += 1) await pause(10);
      assert.deepEqual([...new Set(hints)], [at]);
    } finally {
      watcher.close();
    }
  }
});

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
