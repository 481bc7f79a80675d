import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PreconditionFailed } from '#api/errors.ts';
import { known } from '#api/fact.ts';
import { GitError } from '#drivers/git/git.ts';
import type { GitWorld, InGitWorld } from './git-world.ts';

/** The promises about other people's clones: looking, making, watching. */
export function cloneContract(inWorld: InGitWorld): void {
  describe('looking at a clone', () => {
    it(
      'tells nothing, an empty folder and other files apart',
      inWorld(async (world) => {
        const path = world.place('w');
        assert.deepEqual(await world.reader.clone(path, 'main'), known({ kind: 'Missing' }));
        await world.putFolder(path, {});
        assert.deepEqual(await world.reader.clone(path, 'main'), known({ kind: 'Empty' }));
        await world.putFolder(path, { 'notes.txt': 'mine' });
        assert.deepEqual(await world.reader.clone(path, 'main'), known({ kind: 'NotClone' }));
      }),
    );
    it(
      'shows origin, branch, head and the remote-tracking ref, which moves only with a push',
      inWorld(async (world) => {
        const first = await world.commit({});
        const path = world.place('w');
        await cloneTo(world, path);
        const view = { kind: 'Clone', originUrl: world.url, branch: 'main', head: first, trackingHead: first } as const;
        assert.deepEqual(await world.reader.clone(path, 'main'), known(view));
        const second = await world.commitIn(path, { subject: 'mine' });
        assert.deepEqual(await world.reader.clone(path, 'main'), known({ ...view, head: second }));
        await world.push(path);
        assert.deepEqual(
          await world.reader.clone(path, 'main'),
          known({ ...view, head: second, trackingHead: second }),
        );
      }),
    );
    it(
      'leaves out the remote-tracking ref of a branch that the clone never saw',
      inWorld(async (world) => {
        const sha = await world.commit({});
        const path = world.place('w');
        await cloneTo(world, path);
        const view = { kind: 'Clone', originUrl: world.url, branch: 'main', head: sha } as const;
        assert.deepEqual(await world.reader.clone(path, 'feature/none'), known(view));
      }),
    );
  });
  makeContract(inWorld);
  watchContract(inWorld);
}

function makeContract(inWorld: InGitWorld): void {
  describe('making a clone', () => {
    it(
      'works where nothing is, with missing parents, and in an empty folder',
      inWorld(async (world) => {
        const sha = await world.commit({ files: { 'a.txt': 'a' } });
        const [deep, empty] = [world.place('some/where/w'), world.place('empty')];
        await world.putFolder(empty, {});
        for (const path of [deep, empty]) {
          await cloneTo(world, path);
          const view = await world.reader.clone(path, 'main');
          assert.equal(view.state === 'known' && view.value.head, sha);
        }
      }),
    );
    it(
      'refuses a folder with anything in it and leaves it as it was',
      inWorld(async (world) => {
        await world.commit({});
        const path = world.place('w');
        await world.putFolder(path, { 'notes.txt': 'mine' });
        await assert.rejects(cloneTo(world, path), PreconditionFailed);
        assert.deepEqual(await world.reader.clone(path, 'main'), known({ kind: 'NotClone' }));
      }),
    );
    it(
      'refuses an existing clone too',
      inWorld(async (world) => {
        await world.commit({});
        const path = world.place('w');
        await cloneTo(world, path);
        const mine = await world.commitIn(path, { subject: 'unpushed' });
        await assert.rejects(cloneTo(world, path), PreconditionFailed);
        const view = await world.reader.clone(path, 'main');
        assert.equal(view.state === 'known' && view.value.head, mine);
      }),
    );
    it(
      'leaves nothing behind when the remote fails or has no such branch',
      inWorld(async (world) => {
        await world.commit({});
        const path = world.place('w');
        await assert.rejects(
          cloneTo(world, path, 'nope'),
          (error) => error instanceof GitError && error.reason === 'BranchMissing',
        );
        await world.breakRemote('RemoteUnreachable');
        await assert.rejects(
          cloneTo(world, path),
          (error) => error instanceof GitError && error.reason === 'RemoteUnreachable',
        );
        assert.deepEqual(await world.reader.clone(path, 'main'), known({ kind: 'Missing' }));
      }),
    );
  });
}

function watchContract(inWorld: InGitWorld): void {
  describe('watching clones', () => {
    it(
      'tells of a commit and of a push, and of a clone that is deleted and made again',
      inWorld(async (world) => {
        await world.commit({});
        const path = world.place('w');
        await cloneTo(world, path);
        const hints = createHints();
        const watcher = world.watch(hints.add);
        try {
          watcher.set([{ path, branch: 'main' }]);
          await hints.settled();
          await hints.after(() => world.commitIn(path, {}), path);
          await hints.after(() => world.push(path), path);
          await world.removeFolder(path);
          await hints.after(() => cloneTo(world, path), path);
          await hints.settled();
          await world.commitIn(path, {});
          await hints.after(() => world.push(path), path);
        } finally {
          watcher.close();
        }
      }),
    );
    it(
      'tells of a clone that did not exist when watching began, and nothing of one that is no longer watched',
      inWorld(async (world) => {
        await world.commit({});
        const [path, other] = [world.place('deep/w'), world.place('other')];
        const hints = createHints();
        const watcher = world.watch(hints.add);
        try {
          watcher.set([
            { path, branch: 'main' },
            { path: other, branch: 'main' },
          ]);
          await hints.settled();
          await hints.after(() => cloneTo(world, path), path);
          await cloneTo(world, other);
          watcher.set([{ path, branch: 'main' }]);
          await hints.settled();
          await world.commitIn(other, {});
          await hints.after(() => world.commitIn(path, {}), path);
          assert.deepEqual(hints.taken(), [path]);
        } finally {
          watcher.close();
        }
      }),
    );
  });
}

/** Collects hints; they may come late and more than once, so tests wait for one and never count. */
function createHints() {
  let seen: string[] = [];
  return {
    add: (path: string) => void seen.push(path),
    taken: () => [...new Set(seen)],
    /** Lets a watcher finish what it is about, and forgets what it told. */
    async settled() {
      await pause(150);
      seen = [];
    },
    /** Does something and waits until it was told. */
    async after(change: () => Promise<unknown>, path: string) {
      seen = [];
      await change();
      for (let attempt = 0; attempt < 200 && !seen.includes(path); attempt += 1) await pause(10);
      assert.ok(seen.includes(path), `no hint about "${path}"`);
    },
  };
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

function cloneTo(world: GitWorld, path: string, branch = 'main'): Promise<void> {
  return world.writer.clone({ path, url: world.url, branch, timeoutMs: 20_000 });
}
