import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ABSENT, known } from '#api/fact.ts';
import { GitError } from '#drivers/git/git.ts';
import type { GitWorld, InGitWorld } from './git-world.ts';

/** The promises about mirrors. */
export function fetchContract(inWorld: InGitWorld): void {
  describe('a mirror', () => {
    it(
      'is made by the first fetch and answers the branch it fetched',
      inWorld(async (world) => {
        const sha = await world.commit({ subject: 'first' });
        assert.deepEqual(await world.reader.mirrorHead(world.mirror, 'main'), ABSENT);
        assert.equal(await fetchMain(world), sha);
        assert.deepEqual(await world.reader.mirrorHead(world.mirror, 'main'), known(sha));
      }),
    );
    it(
      'shows what was fetched, not what was pushed since',
      inWorld(async (world) => {
        const first = await world.commit({});
        await fetchMain(world);
        const second = await world.commit({});
        assert.deepEqual(await world.reader.mirrorHead(world.mirror, 'main'), known(first));
        assert.equal(await fetchMain(world), second);
      }),
    );
    it(
      'follows a forced push and keeps the commits that it replaced readable',
      inWorld(async (world) => {
        const base = await world.commit({ subject: 'base' });
        const old = await world.commit({ subject: 'old' });
        await fetchMain(world);
        const forced = await world.forcePush({ onto: base, subject: 'forced' });
        assert.equal(await fetchMain(world), forced);
        assert.deepEqual(await world.reader.isAncestor(world.mirror, old, forced), known(false));
        assert.deepEqual(await world.reader.isAncestor(world.mirror, base, forced), known(true));
      }),
    );
    it(
      'follows a forced push to a history without a common commit',
      inWorld(async (world) => {
        const old = await world.commit({});
        await fetchMain(world);
        const forced = await world.forcePush({ onto: null, subject: 'anew' });
        assert.equal(await fetchMain(world), forced);
        assert.deepEqual(await world.reader.isAncestor(world.mirror, old, forced), known(false));
      }),
    );
    it(
      'holds branches with a slash, each by itself',
      inWorld(async (world) => {
        const main = await world.commit({});
        const feature = await world.commit({ branch: 'feature/x', subject: 'x' });
        assert.equal(await fetchMain(world), main);
        assert.equal(await world.writer.fetch({ ...request(world), branch: 'feature/x' }), feature);
        assert.deepEqual(await world.reader.mirrorHead(world.mirror, 'feature/x'), known(feature));
        assert.deepEqual(await world.reader.mirrorHead(world.mirror, 'feature'), ABSENT);
        assert.deepEqual(await world.reader.mirrorHead(world.mirror, 'main'), known(main));
      }),
    );
    it(
      'takes many fetches at once',
      inWorld(async (world) => {
        const sha = await world.commit({});
        assert.deepEqual(await Promise.all([1, 2, 3, 4].map(() => fetchMain(world))), [sha, sha, sha, sha]);
      }),
    );
    it(
      'is made anew when it points at another URL, and shows nothing of the first',
      inWorld(async (world) => {
        const first = await world.commit({});
        await fetchMain(world);
        const other = await world.writer.fetch({ ...request(world), url: world.otherUrl });
        assert.notEqual(other, first);
        assert.deepEqual(await world.reader.mirrorHead(world.mirror, 'main'), known(other));
        const lost = await world.reader.isAncestor(world.mirror, first, other);
        assert.equal(lost.state === 'unknown' && lost.reason, 'CommitMissing');
      }),
    );
    for (const part of ['Ref', 'Objects'] as const)
      it(
        `with damaged ${part.toLowerCase()} is noticed and made again by the next fetch`,
        inWorld((world) => repairs(world, part)),
      );
  });
  failureContract(inWorld);
}

async function repairs(world: GitWorld, part: 'Ref' | 'Objects'): Promise<void> {
  await world.commit({ subject: 'one' });
  const sha = await world.commit({ subject: 'two' });
  await fetchMain(world);
  await world.damageMirror(part);
  const head = await world.reader.mirrorHead(world.mirror, 'main');
  const log = await world.reader.log(world.mirror, { to: sha, limit: 10 });
  const reasons = [head, log].map((fact) => (fact.state === 'unknown' ? fact.reason : fact.state));
  assert.ok(reasons.includes('MirrorBroken'), `neither the head nor the log says MirrorBroken: ${reasons.join(', ')}`);
  assert.equal(await fetchMain(world), sha);
  assert.deepEqual(await world.reader.mirrorHead(world.mirror, 'main'), known(sha));
  const repaired = await world.reader.log(world.mirror, { to: sha, limit: 10 });
  assert.equal(repaired.state === 'known' && repaired.value.length, 2);
}

function failureContract(inWorld: InGitWorld): void {
  describe('a fetch that fails', () => {
    it(
      'says BranchMissing for a branch that is not there, and for an empty remote',
      inWorld(async (world) => {
        await failsWith(world, 'BranchMissing', {});
        await world.commit({});
        await failsWith(world, 'BranchMissing', { branch: 'nope' });
      }),
    );
    it(
      'stops showing a branch that was deleted, keeps its commits, and shows it again when it is back',
      inWorld(async (world) => {
        const sha = await world.commit({ branch: 'main' });
        const next = await world.commit({ branch: 'main' });
        await fetchMain(world);
        await world.deleteBranch('main');
        await failsWith(world, 'BranchMissing', {});
        assert.deepEqual(await world.reader.mirrorHead(world.mirror, 'main'), ABSENT);
        assert.deepEqual(await world.reader.isAncestor(world.mirror, sha, next), known(true));
        const back = await world.forcePush({ onto: sha, subject: 'back' });
        assert.equal(await fetchMain(world), back);
      }),
    );
    const faults = ['RemoteUnreachable', 'AuthenticationFailed', 'RepositoryMissing'] as const;
    for (const fault of faults) {
      it(
        `says ${fault}, keeps the last head, and recovers by itself`,
        inWorld(async (world) => {
          const sha = await world.commit({});
          await fetchMain(world);
          await world.breakRemote(fault);
          await failsWith(world, fault, {});
          assert.deepEqual(await world.reader.mirrorHead(world.mirror, 'main'), known(sha));
          await world.breakRemote(undefined);
          const next = await world.commit({});
          assert.equal(await fetchMain(world), next);
        }),
      );
    }
    const refused = [
      {
        reason: 'an option in the place of a URL',
        url: '--upload-pack=touch x',
        branch: 'main',
        failure: 'RepositoryMissing',
      },
      {
        reason: 'a transport that runs a command',
        url: 'ext::sh -c true',
        branch: 'main',
        failure: 'RepositoryMissing',
      },
      { reason: 'a relative path', url: '../somewhere', branch: 'main', failure: 'RepositoryMissing' },
      {
        reason: 'an ssh host that is an option',
        url: 'ssh://-oProxyCommand=true/x',
        branch: 'main',
        failure: 'RepositoryMissing',
      },
      { reason: 'an option in the place of a branch', url: undefined, branch: '--all', failure: 'BranchMissing' },
      { reason: 'a pattern in the place of a branch', url: undefined, branch: '*', failure: 'BranchMissing' },
      { reason: 'a second refspec in a branch', url: undefined, branch: 'main:refs/heads/x', failure: 'BranchMissing' },
      { reason: 'a way out of refs/heads', url: undefined, branch: '../tags/x', failure: 'BranchMissing' },
    ] as const;
    for (const row of refused) {
      it(
        `is refused before anything happens: ${row.reason}`,
        inWorld(async (world) => {
          await world.commit({});
          await failsWith(world, row.failure, { url: row.url ?? world.url, branch: row.branch });
          assert.deepEqual(await world.reader.mirrorHead(world.mirror, 'main'), ABSENT);
        }),
      );
    }
  });
}

function request(world: GitWorld) {
  return { mirror: world.mirror, url: world.url, branch: 'main', timeoutMs: 20_000 };
}

function fetchMain(world: GitWorld): Promise<string> {
  return world.writer.fetch(request(world));
}

async function failsWith(world: GitWorld, reason: string, change: { url?: string; branch?: string }): Promise<void> {
  await assert.rejects(world.writer.fetch({ ...request(world), ...change }), (error) => {
    assert.ok(error instanceof GitError, String(error));
    assert.equal(error.reason, reason, error.message);
    assert.match(error.message, /^Could not fetch /);
    return true;
  });
}
