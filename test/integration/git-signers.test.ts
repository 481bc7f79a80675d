import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';

import { createGit, type Git } from '#drivers/git/create-git.ts';
import type { CommitSigner } from '#drivers/git/git.ts';

import { createScratchGit, type ScratchGit } from '../support/git.ts';

const run = promisify(execFile);

describe('who signed a commit', () => {
  let scratch: ScratchGit;
  let git: Git;
  let mirror: string;
  let signers: string;
  const made = new Map<string, string>();

  before(async () => {
    scratch = await createScratchGit();
    git = createGit({ environment: scratch.environment });
    const bare = await scratch.bare('remote.git');
    await scratch.commitTo(bare, { subject: 'begin' });
    const clone = join(scratch.root, 'clone');
    await scratch.git(scratch.root, 'clone', '--quiet', bare, clone);
    for (const name of ['builder', 'adversary', 'stranger'])
      await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(scratch.root, name)]);
    const keyOf = async (name: string): Promise<string> =>
      (await readFile(join(scratch.root, `${name}.pub`), 'utf8')).trim();
    signers = join(scratch.root, 'allowed_signers');
    const lines = await Promise.all(
      ['builder', 'adversary'].map(async (name) => `${name}@example.org ${await keyOf(name)}\n`),
    );
    await writeFile(signers, lines.join(''), { mode: 0o644 });
    const commit = async (title: string, signer?: string): Promise<void> => {
      const sign = signer === undefined ? ['--no-gpg-sign'] : ['-S'];
      const key = signer === undefined ? [] : ['-c', `user.signingkey=${join(scratch.root, signer)}`];
      await scratch.git(
        clone,
        '-c',
        'gpg.format=ssh',
        ...key,
        'commit',
        '--quiet',
        '--allow-empty',
        ...sign,
        '-m',
        title,
      );
      made.set(title, await scratch.git(clone, 'rev-parse', 'HEAD'));
    };
    await commit('by the builder', 'builder');
    await commit('by the adversary', 'adversary');
    await commit('by nobody');
    await commit('by a stranger', 'stranger');
    await scratch.git(clone, 'push', '--quiet');
    mirror = join(scratch.root, 'mirror.git');
    await fetchAll();
    const raw = await scratch.git(clone, 'cat-file', 'commit', made.get('by the adversary') ?? '');
    await plant(clone, 'changed after signing', raw.replace('by the adversary', 'changed after signing'));
    await plant(clone, 'with an OpenPGP signature', raw.replace(/gpgsig [^]*?-----END SSH SIGNATURE-----/, PGP));
  });
  after(async () => {
    git.close();
    await scratch.remove();
  });

  async function fetchAll(): Promise<void> {
    await git.writer.fetch({ mirror, url: join(scratch.root, 'remote.git'), branch: 'main', timeoutMs: 20_000 });
  }

  // A commit that is pushed away stays in the mirror.
  async function plant(clone: string, title: string, raw: string): Promise<void> {
    const file = join(scratch.root, 'raw');
    await writeFile(file, `${raw}\n`);
    const sha = await scratch.git(clone, 'hash-object', '-t', 'commit', '-w', file);
    await scratch.git(clone, 'push', '--quiet', '--force', 'origin', `${sha}:refs/heads/main`);
    made.set(title, sha);
    await fetchAll();
  }

  async function ask(titles: readonly string[], file = signers): Promise<readonly (CommitSigner | undefined)[]> {
    const shas = titles.map((title) => made.get(title) ?? '');
    const answer = await git.reader.signers(mirror, { shas, allowedSignersFile: file });
    assert.equal(answer.state, 'known', JSON.stringify(answer));
    return shas.map((sha) => (answer.state === 'known' ? answer.value[sha] : undefined));
  }

  const rows: readonly { title: string; reason: string; is: CommitSigner }[] = [
    { title: 'by the builder', reason: 'its key is allowed', is: { state: 'Good', principal: 'builder@example.org' } },
    { title: 'by the adversary', reason: 'so is this', is: { state: 'Good', principal: 'adversary@example.org' } },
    { title: 'by nobody', reason: 'it is not signed', is: { state: 'None' } },
    { title: 'by a stranger', reason: 'nobody may use that key', is: { state: 'Untrusted' } },
    { title: 'changed after signing', reason: 'the signature is of other content', is: { state: 'Bad' } },
    { title: 'with an OpenPGP signature', reason: 'no program is run for it', is: { state: 'None' } },
  ];
  for (const { title, reason, is } of rows)
    it(`is told for a commit ${title}: ${reason}`, async () => assert.deepEqual(await ask([title]), [is]));

  it('is told for all commits at once, also for more than fit in one call', async () => {
    const titles = rows.map(({ title }) => title);
    const many = Array.from({ length: 8 }, () => titles).flat();
    assert.deepEqual(await ask(many), Array.from({ length: 8 }, () => rows.map(({ is }) => is)).flat());
  });

  it('changes with the file of allowed signers', async () => {
    const other = join(scratch.root, 'others');
    const key = (await readFile(join(scratch.root, 'stranger.pub'), 'utf8')).trim();
    await writeFile(other, `adversary@example.org ${key}\n`, { mode: 0o600 });
    assert.deepEqual(await ask(['by a stranger', 'by the adversary'], other), [
      { state: 'Good', principal: 'adversary@example.org' },
      { state: 'Untrusted' },
    ]);
    await writeFile(other, '', { mode: 0o600 });
    assert.deepEqual(await ask(['by a stranger'], other), [{ state: 'Untrusted' }]);
  });

  it('is not known when the file is missing, or others may write it', async () => {
    const open = join(scratch.root, 'open');
    await writeFile(open, '');
    await chmod(open, 0o666);
    for (const [file, says] of [
      [join(scratch.root, 'none'), /there is no file/],
      [open, /may be written by others \(mode 0666\); run: chmod go-w/],
    ] as const) {
      const answer = await git.reader.signers(mirror, {
        shas: [made.get('by nobody') ?? ''],
        allowedSignersFile: file,
      });
      assert.equal(answer.state === 'unknown' && answer.reason, 'SignersUnreadable');
      assert.match(answer.state === 'unknown' ? answer.message : '', says);
    }
  });
});

const PGP = `gpgsig -----BEGIN PGP SIGNATURE-----
 
 iHUEABYKAB0WIQQAAAAAAAAAAAAAAAAAAAAAAAAAAAUCZQAAAAAKCRAAAAAAAAAA
 AAAAAAD/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
 =AAAA
 -----END PGP SIGNATURE-----`;
