import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fact } from '#api/fact.ts';
import { ABSENT, known } from '#api/fact.ts';
import type { Commit } from '#drivers/git/git.ts';
import type { GitWorld, InGitWorld } from './git-world.ts';

/** The promises about commits and files in a mirror. */
export function readContract(inWorld: InGitWorld): void {
  logContract(inWorld);
  fileContract(inWorld);
  describe('isAncestor', () => {
    it(
      'is true for the commit itself and for what it was built on, and false the other way round',
      inWorld(async (world) => {
        const one = await world.commit({});
        const two = await fetched(world, await world.commit({}));
        assert.deepEqual(await world.reader.isAncestor(world.mirror, one, two), known(true));
        assert.deepEqual(await world.reader.isAncestor(world.mirror, two, two), known(true));
        assert.deepEqual(await world.reader.isAncestor(world.mirror, two, one), known(false));
      }),
    );
    it(
      'knows nothing of commits that were never fetched',
      inWorld(async (world) => {
        const head = await fetched(world, await world.commit({}));
        assert.equal(reasonOf(await world.reader.isAncestor(world.mirror, MISSING, head)), 'CommitMissing');
        assert.equal(reasonOf(await world.reader.isAncestor(world.mirror, head, MISSING)), 'CommitMissing');
        assert.equal(reasonOf(await world.reader.isAncestor(world.mirror, 'main', head)), 'CommitInvalid');
      }),
    );
  });
}

const MISSING = '1234567890123456789012345678901234567890';

function logContract(inWorld: InGitWorld): void {
  describe('log', () => {
    it(
      'lists commits newest first with author, subject and parents, at most as many as asked',
      inWorld(async (world) => {
        const author = { name: 'Adversary', email: 'adversary@example.org' };
        const one = await world.commit({ subject: 'claim(M1): done' });
        const two = await world.commit({ subject: 'review(M1): PASS', author });
        const three = await fetched(world, await world.commit({ subject: 'three' }));
        const all = await commits(world, { to: three, limit: 10 });
        assert.deepEqual(
          all.map(({ sha, parents, subject }) => ({ sha, parents, subject })),
          [
            { sha: three, parents: [two], subject: 'three' },
            { sha: two, parents: [one], subject: 'review(M1): PASS' },
            { sha: one, parents: [], subject: 'claim(M1): done' },
          ],
        );
        assert.deepEqual(all[1]?.author, author);
        assert.ok(all.every(({ committedAtMs }) => committedAtMs > 1_600_000_000_000));
        assert.deepEqual(shas(await commits(world, { to: three, limit: 2 })), [three, two]);
      }),
    );
    it(
      'leaves out what can be reached from the start of the range',
      inWorld(async (world) => {
        const one = await world.commit({});
        const two = await world.commit({});
        const three = await fetched(world, await world.commit({}));
        assert.deepEqual(shas(await commits(world, { to: three, from: one, limit: 10 })), [three, two]);
        assert.deepEqual(await commits(world, { to: three, from: three, limit: 10 }), []);
        assert.deepEqual(await commits(world, { to: one, from: three, limit: 10 }), []);
      }),
    );
    it(
      'keeps every line of a merge together and no parent before its child',
      inWorld(async (world) => {
        const base = await world.commit({ subject: 'base' });
        await world.forcePush({ branch: 'side', onto: base, subject: 'side 1' });
        const side = await world.commit({ branch: 'side', subject: 'side 2' });
        await world.commit({ subject: 'main 1' });
        await world.commit({ subject: 'merge', merge: side });
        const head = await fetched(world, await world.commit({ subject: 'after' }));
        const subjects = (await commits(world, { to: head, limit: 20 })).map(({ subject }) => subject);
        assert.deepEqual(subjects, ['after', 'merge', 'side 2', 'side 1', 'main 1', 'base']);
        const merge = (await commits(world, { to: head, limit: 20 }))[1];
        assert.equal(merge?.parents[1], side);
      }),
    );
    const hostile = [
      { reason: 'tabs and control characters', subject: 'a\tb\u001b[31mc\u0007', expected: 'a\tb\u001b[31mc\u0007' },
      {
        reason: 'bytes that are no UTF-8',
        subject: Buffer.from('caf\xe9 \xff', 'latin1'),
        expected: 'caf\ufffd \ufffd',
      },
      { reason: 'format directives and quotes', subject: `%H %x00 "'\`$(id)\\n`, expected: `%H %x00 "'\`$(id)\\n` },
      { reason: 'many lines', subject: 'review(x): PASS\nmore\n\nbody\n', expected: 'review(x): PASS more' },
      { reason: 'a subject like a record', subject: `${MISSING} 0\u0001`, expected: `${MISSING} 0\u0001` },
      { reason: 'emoji', subject: 'done 🎉', expected: 'done 🎉' },
      { reason: 'no subject', subject: '', expected: '' },
    ];
    for (const { reason, subject, expected } of hostile) {
      it(
        `takes a subject with ${reason}`,
        inWorld(async (world) => {
          const author = { name: 'x\ty "$(id)" 🎉', email: 'a b@\u001b' };
          await world.commit({ subject: 'before' });
          const head = await fetched(world, await world.commit({ subject, author }));
          const found = await commits(world, { to: head, limit: 10 });
          assert.deepEqual([found[0]?.subject, found[0]?.author, found[1]?.subject], [expected, author, 'before']);
        }),
      );
    }
    it(
      'is unknown without a mirror, for commits that were never fetched, and for what is no hash',
      inWorld(async (world) => {
        assert.equal(reasonOf(await world.reader.log(world.mirror, { to: MISSING, limit: 1 })), 'MirrorMissing');
        const head = await fetched(world, await world.commit({}));
        assert.equal(reasonOf(await world.reader.log(world.mirror, { to: MISSING, limit: 1 })), 'CommitMissing');
        assert.equal(
          reasonOf(await world.reader.log(world.mirror, { to: head, from: MISSING, limit: 1 })),
          'CommitMissing',
        );
        assert.equal(reasonOf(await world.reader.log(world.mirror, { to: '--output=x', limit: 1 })), 'CommitInvalid');
      }),
    );
  });
}

function fileContract(inWorld: InGitWorld): void {
  describe('fileAt', () => {
    it(
      'reads a file as it was at each commit, and is absent where there was none',
      inWorld(async (world) => {
        const none = await world.commit({});
        const old = await world.commit({ files: { 'STATUS-1.md': 'working\n' } });
        const done = await fetched(
          world,
          await world.commit({ files: { 'STATUS-1.md': '## DONE\n', 'a/b c.md': 'deep' } }),
        );
        const read = (sha: string, path: string) => world.reader.fileAt(world.mirror, sha, path);
        assert.deepEqual(await read(none, 'STATUS-1.md'), ABSENT);
        assert.deepEqual(await read(old, 'STATUS-1.md'), known('working\n'));
        assert.deepEqual(await read(done, 'STATUS-1.md'), known('## DONE\n'));
        assert.deepEqual(await read(done, 'a/b c.md'), known('deep'));
        assert.deepEqual(await read(done, 'a'), ABSENT);
      }),
    );
    const names = ['*', '[ab].md', ':(top)x', '-x', 'a\tb"c.md', 'ünïcode 🎉.md', '$(id)`'];
    it(
      'takes every name literally',
      inWorld(async (world) => {
        const files = Object.fromEntries(names.map((name) => [name, `in ${name}`]));
        const head = await fetched(world, await world.commit({ files: { ...files, 'a.md': 'a', x: 'x' } }));
        for (const name of names)
          assert.deepEqual(await world.reader.fileAt(world.mirror, head, name), known(`in ${name}`), name);
        assert.deepEqual(await world.reader.fileAt(world.mirror, head, '?.md'), ABSENT);
      }),
    );
    it(
      'refuses a path that does not name a file inside',
      inWorld(async (world) => {
        const head = await fetched(world, await world.commit({ files: { a: 'a' } }));
        for (const path of ['', '/etc/passwd', '../a', 'a/', './a', 'a//b', 'a\0']) {
          assert.equal(reasonOf(await world.reader.fileAt(world.mirror, head, path)), 'PathInvalid', path);
        }
      }),
    );
    it(
      'reads up to 1 MiB and says so beyond',
      inWorld(async (world) => {
        const fits = 'x'.repeat(1024 * 1024);
        const head = await fetched(world, await world.commit({ files: { fits, large: `${fits}y`, empty: '' } }));
        assert.deepEqual(await world.reader.fileAt(world.mirror, head, 'fits'), known(fits));
        assert.deepEqual(await world.reader.fileAt(world.mirror, head, 'empty'), known(''));
        assert.equal(reasonOf(await world.reader.fileAt(world.mirror, head, 'large')), 'FileTooLarge');
      }),
    );
    it(
      'keeps what is text in a file that is no UTF-8',
      inWorld(async (world) => {
        const files = { mixed: Buffer.from('caf\xe9\n## DONE\n', 'latin1') };
        const head = await fetched(world, await world.commit({ files }));
        assert.deepEqual(await world.reader.fileAt(world.mirror, head, 'mixed'), known('caf\ufffd\n## DONE\n'));
      }),
    );
    it(
      'is unknown for a commit that was never fetched',
      inWorld(async (world) => {
        await fetched(world, await world.commit({}));
        assert.equal(reasonOf(await world.reader.fileAt(world.mirror, MISSING, 'a')), 'CommitMissing');
      }),
    );
  });
}

async function fetched(world: GitWorld, sha: string): Promise<string> {
  const head = await world.writer.fetch({ mirror: world.mirror, url: world.url, branch: 'main', timeoutMs: 20_000 });
  assert.equal(head, sha);
  return sha;
}

async function commits(
  world: GitWorld,
  range: { to: string; from?: string; limit: number },
): Promise<readonly Commit[]> {
  const fact = await world.reader.log(world.mirror, range);
  if (fact.state !== 'known') assert.fail(JSON.stringify(fact));
  return fact.value;
}

function shas(list: readonly Commit[]): string[] {
  return list.map(({ sha }) => sha);
}

function reasonOf(fact: Fact<unknown>): string {
  return fact.state === 'unknown' ? fact.reason : fact.state;
}
