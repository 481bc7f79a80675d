import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fact } from '#api/fact.ts';
import { ABSENT, known } from '#api/fact.ts';
import type { GitWorld, InGitWorld } from './git-world.ts';

/** The promises about what commits changed, and about the names of contents. */
export function contentContract(inWorld: InGitWorld): void {
  blobContract(inWorld);
  changesContract(inWorld);
  tidyContract(inWorld);
}

const MISSING = '1234567890123456789012345678901234567890';

function blobContract(inWorld: InGitWorld): void {
  describe('blobAt', () => {
    it(
      'names the content of a file: the same for the same text, another for another, absent where there is none',
      inWorld(async (world) => {
        const none = await world.commit({});
        const first = await world.commit({ files: { 'INBOX.md': 'hello\n', 'a/b c.md': 'deep' } });
        const other = await world.commit({ files: { 'INBOX.md': 'hello again\n' } });
        const same = await fetched(world, await world.commit({ files: { 'INBOX.md': 'hello\n' } }));
        const blob = (sha: string, path: string) => world.reader.blobAt(world.mirror, sha, path);
        assert.deepEqual(await blob(none, 'INBOX.md'), ABSENT);
        assert.deepEqual(await blob(first, 'INBOX.md'), known('ce013625030ba8dba906f756967f9e9ca394464a'));
        assert.deepEqual(await blob(same, 'INBOX.md'), await blob(first, 'INBOX.md'));
        assert.notDeepEqual(await blob(other, 'INBOX.md'), await blob(first, 'INBOX.md'));
        assert.deepEqual(await blob(first, 'a'), ABSENT);
      }),
    );
    it(
      'takes a file of any size and refuses what is no file inside and no commit',
      inWorld(async (world) => {
        const head = await fetched(world, await world.commit({ files: { large: 'x'.repeat(2 * 1024 * 1024) } }));
        assert.equal(reasonOf(await world.reader.blobAt(world.mirror, head, 'large')), 'known');
        assert.equal(reasonOf(await world.reader.blobAt(world.mirror, head, '../a')), 'PathInvalid');
        assert.equal(reasonOf(await world.reader.blobAt(world.mirror, MISSING, 'a')), 'CommitMissing');
        assert.equal(reasonOf(await world.reader.blobAt(world.mirror, 'main', 'a')), 'CommitInvalid');
      }),
    );
  });
}

function changesContract(inWorld: InGitWorld): void {
  describe('changes', () => {
    it(
      'names what each commit changed, made and deleted, newest first',
      inWorld(async (world) => {
        const start = await world.commit({ files: { 'a.md': 'a', 'b.md': 'b' } });
        const one = await world.commit({ files: { 'a.md': 'A', 'new/c d.md': 'c' } });
        const moved = await world.commit({ files: { 'b.md': null, 'e.md': 'b' }, author: ADVERSARY });
        const empty = await fetched(world, await world.commit({ files: {} }));
        assert.deepEqual(await changed(world, start, empty), [
          [empty, []],
          [moved, ['b.md', 'e.md']],
          [one, ['a.md', 'new/c d.md']],
        ]);
        const fact = await world.reader.changes(world.mirror, { from: start, to: empty, limit: 2 });
        assert.deepEqual(fact.state === 'known' && fact.value.map(({ commit }) => commit.author), [BUILDER, ADVERSARY]);
      }),
    );
    it(
      'charges a merge only with what none of its parents has, and each side with its own',
      inWorld(async (world) => {
        const base = await world.commit({ files: { 'a.md': 'a', 'b.md': 'b' } });
        const side = await world.forcePush({ branch: 'side', onto: base, files: { 'b.md': 'side', 'a.md': 'side' } });
        const main = await world.commit({ files: { 'a.md': 'main' } });
        const files = { 'a.md': 'both', 'b.md': 'side', 'c.md': 'made by the merge' };
        const merge = await fetched(world, await world.commit({ merge: side, files }));
        const found = new Map(await changed(world, base, merge));
        assert.deepEqual(found.get(merge), ['a.md', 'c.md']);
        assert.deepEqual([found.get(main), found.get(side)], [['a.md'], ['a.md', 'b.md']]);
      }),
    );
    it(
      'takes names that look like something else',
      inWorld(async (world) => {
        const start = await world.commit({});
        const names = [':100644 000000 x', MISSING, 'a\tb"c.md', 'ünïcode 🎉.md'];
        const files = Object.fromEntries(names.map((name) => [name, 'x']));
        const head = await fetched(world, await world.commit({ files, subject: ':100644 a' }));
        assert.deepEqual(await changed(world, start, head), [[head, names.toSorted()]]);
      }),
    );
    it(
      'counts every file of a first commit, and knows nothing of commits that were never fetched',
      inWorld(async (world) => {
        const start = await world.commit({ files: { old: 'x' } });
        await fetched(world, start);
        const root = await world.forcePush({ onto: null, files: { 'a.md': 'a' } });
        await fetched(world, root);
        assert.deepEqual(await changed(world, start, root), [[root, ['a.md']]]);
        assert.deepEqual(await changed(world, root, root), []);
        const missing = await world.reader.changes(world.mirror, { from: MISSING, to: root, limit: 9 });
        assert.equal(reasonOf(missing), 'CommitMissing');
        const wrong = await world.reader.changes(world.mirror, { from: 'main', to: root, limit: 9 });
        assert.equal(reasonOf(wrong), 'CommitInvalid');
      }),
    );
  });
}

function tidyContract(inWorld: InGitWorld): void {
  describe('tidying a mirror', () => {
    it(
      'loses nothing, not even what a force-push left behind, and leaves few files',
      inWorld(async (world) => {
        assert.equal(reasonOf(await world.reader.mirrorSize(world.mirror)), 'absent');
        assert.equal(await world.writer.tidy({ mirror: world.mirror, waitMs: 20_000, timeoutMs: 20_000 }), false);
        const old = await fetched(world, await world.commit({ files: { 'a.md': 'old' } }));
        for (let index = 0; index < 20; index += 1)
          await fetched(world, await world.commit({ files: { 'a.md': String(index) } }));
        const gone = await fetched(world, await world.commit({ files: { 'a.md': 'gone' } }));
        await fetched(world, await world.forcePush({ onto: old, files: { 'a.md': 'new' } }));
        assert.equal(await world.writer.tidy({ mirror: world.mirror, waitMs: 20_000, timeoutMs: 20_000 }), true);
        const size = await world.reader.mirrorSize(world.mirror);
        assert.ok(size.state === 'known' && size.value.looseObjects === 0 && size.value.packs <= 1);
        assert.deepEqual(await world.reader.blobAt(world.mirror, gone, 'a.md'), known(GONE));
        await fetched(world, await world.commit({ files: { 'a.md': 'newer' } }));
      }),
    );
  });
}

const GONE = 'bc99ab0395bd95dcc9bd3ba97c0342049586208d';
const BUILDER = { name: 'builder', email: 'builder@example.org' };
const ADVERSARY = { name: 'adversary', email: 'adversary@example.org' };

async function changed(world: GitWorld, from: string, to: string): Promise<[string, string[]][]> {
  const fact = await world.reader.changes(world.mirror, { from, to, limit: 100 });
  if (fact.state !== 'known') assert.fail(JSON.stringify(fact));
  return fact.value.map(({ commit, paths }) => [commit.sha, paths.toSorted()]);
}

async function fetched(world: GitWorld, sha: string): Promise<string> {
  const head = await world.writer.fetch({ mirror: world.mirror, url: world.url, branch: 'main', timeoutMs: 20_000 });
  assert.equal(head, sha);
  return sha;
}

function reasonOf(fact: Fact<unknown>): string {
  return fact.state === 'unknown' ? fact.reason : fact.state;
}
