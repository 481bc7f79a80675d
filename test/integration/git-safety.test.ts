import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { appendFile, chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { setImmediate as breath } from 'node:timers/promises';
import type { Git } from '#drivers/git/create-git.ts';
import { createGit } from '#drivers/git/create-git.ts';
import { GitError } from '#drivers/git/git.ts';
import type { GitHttpServer } from '../support/git-http-server.ts';
import { startGitHttpServer } from '../support/git-http-server.ts';
import type { ScratchGit } from '../support/git.ts';
import { createScratchGit } from '../support/git.ts';

describe('looking at a hostile clone', () => {
  let scratch: ScratchGit;
  let git: Git;
  let marker: string;
  let path: string;
  let head: string;
  beforeEach(async () => {
    scratch = await createScratchGit();
    git = createGit({ environment: scratch.environment });
    const bare = await scratch.bare('remote.git');
    head = await scratch.commitTo(bare, { files: { 'a.txt': 'a', '.gitattributes': '* filter=evil diff=evil\n' } });
    path = join(scratch.root, 'clone');
    await git.writer.clone({ path, url: bare, branch: 'main', timeoutMs: 20_000 });
    marker = join(scratch.root, 'marker');
    await plant(path, marker);
  });
  afterEach(() => scratch.remove());

  const variants = [
    { reason: 'plain', config: '' },
    { reason: 'with its origin in an included file', config: '[include]\n\tpath = more\n' },
    { reason: 'in a ref format that only git reads', config: '[extensions]\n\trefStorage = reftable\n' },
  ];
  for (const { reason, config } of variants) {
    it(`runs nothing that its configuration names: ${reason}`, async () => {
      const file = join(path, '.git/config');
      if (config.includes('include')) {
        await writeFile(join(path, '.git/more'), '[remote "origin"]\n\turl = https://git.example.org/more.git\n');
        await scratch.git(path, '-c', 'core.fsmonitor=false', 'config', '--unset', 'remote.origin.url');
      }
      await appendFile(file, config);
      await rm(marker, { force: true });
      const view = await git.reader.clone(path, 'main');
      assert.equal(existsSync(marker), false, 'a program of the clone ran');
      if (config.includes('reftable')) return assert.equal(view.state === 'absent', false);
      assert.equal(view.state === 'known' && view.value.head, head);
      if (config !== '')
        assert.equal(view.state === 'known' && view.value.originUrl, 'https://git.example.org/more.git');
    });
  }

  it('does not wait for a pipe in the place of a file', async () => {
    await rm(join(path, '.git/HEAD'));
    execFileSync('mkfifo', [join(path, '.git/HEAD')]);
    const view = await git.reader.clone(path, 'main');
    assert.deepEqual(view, { state: 'known', value: { kind: 'NotClone' } });
  });

  it('never makes the owner fail on a lock, however often it looks', async () => {
    const own = [
      '-c',
      'core.fsmonitor=false',
      '-c',
      'core.hooksPath=/dev/null',
      '-c',
      'filter.evil.process=',
      '-c',
      'filter.evil.clean=cat',
    ];
    const watcher = git.watch(() => undefined);
    watcher.set([{ path, branch: 'main' }]);
    let looking = true;
    const looks = (async () => {
      let count = 0;
      for (; looking; count += 1) {
        await git.reader.clone(path, 'main');
        await breath();
      }
      return count;
    })();
    try {
      for (let index = 0; index < 40; index += 1) {
        await writeFile(join(path, 'work.txt'), `${index}`);
        await scratch.git(path, ...own, 'add', 'work.txt');
        await scratch.git(path, ...own, 'commit', '-q', '-m', `work ${index}`);
      }
    } finally {
      looking = false;
      watcher.close();
    }
    assert.ok((await looks) > 40);
  });

  it(
    'says PermissionDenied, not Missing, for what it may not read',
    { skip: process.getuid?.() !== 0 && 'needs root to become somebody else' },
    async () => {
      await chmod(scratch.root, 0o755);
      await mkdir(join(scratch.root, 'private'), { mode: 0o700 });
      process.seteuid?.(65_534);
      try {
        const view = await git.reader.clone(join(scratch.root, 'private/clone'), 'main');
        assert.equal(view.state === 'unknown' && view.reason, 'PermissionDenied');
      } finally {
        process.seteuid?.(0);
      }
    },
  );
});

describe('credentials in a URL', () => {
  let scratch: ScratchGit;
  let server: GitHttpServer;
  let git: Git;
  let url: string;
  let head: string;
  const secret = 'p@ss/w:rd-4711';
  before(async () => {
    scratch = await createScratchGit();
    head = await scratch.commitTo(await scratch.bare('remote.git'), { subject: 'first' });
    server = await startGitHttpServer(scratch.root, scratch.environment);
    server.credentials = `bot:${secret}`;
    url = `${server.url.replace('//', `//bot:${encodeURIComponent(secret)}@`)}/remote.git`;
    git = createGit({ environment: scratch.environment });
  });
  after(async () => {
    git.close();
    await server.stop();
    await scratch.remove();
  });

  it('let git in, and stand in no file afterwards', async () => {
    const mirror = join(scratch.root, 'mirror.git');
    const path = join(scratch.root, 'clone');
    assert.equal(await git.writer.fetch({ mirror, url, branch: 'main', timeoutMs: 20_000 }), head);
    await git.writer.clone({ path, url, branch: 'main', timeoutMs: 20_000 });
    for (const folder of [mirror, join(path, '.git')]) {
      for (const text of [readFileSync(join(folder, 'config'), 'utf8')]) assert.doesNotMatch(text, /4711|bot/);
    }
    const view = await git.reader.clone(path, 'main');
    assert.equal(view.state === 'known' && view.value.originUrl, `${server.url}/remote.git`);
  });

  it('stand in no process arguments and no message while git waits and when it fails', async () => {
    server.mood = 'Silent';
    const fetched = git.writer.fetch({ mirror: join(scratch.root, 'm2.git'), url, branch: 'main', timeoutMs: 3000 });
    const failed = assert.rejects(
      fetched,
      (error) => error instanceof GitError && error.reason === 'RemoteUnreachable' && !/4711|bot/.test(error.message),
    );
    const seen = await waitForRemoteGit(`${server.url}/remote.git`);
    assert.doesNotMatch(seen.join('\n'), /4711/);
    await failed;
    server.mood = 'Serving';
    server.credentials = 'bot:other';
    await assert.rejects(
      git.writer.fetch({ mirror: join(scratch.root, 'm2.git'), url, branch: 'main', timeoutMs: 20_000 }),
      (error) => {
        assert.ok(error instanceof GitError);
        assert.equal(error.reason, 'AuthenticationFailed');
        assert.doesNotMatch(error.message, /4711|bot/);
        return true;
      },
    );
  });

  it('leave no process behind when time is up', async () => {
    server.mood = 'Silent';
    const mirror = join(scratch.root, 'm3.git');
    const started = git.writer.fetch({ mirror, url, branch: 'main', timeoutMs: 400 });
    await assert.rejects(started, (error) => error instanceof GitError && /no end within 400 ms/.test(error.message));
    assert.deepEqual(
      commandLines().filter(({ cwd }) => cwd === mirror),
      [],
    );
  });
});

/** Settings that would each run a program which leaves the marker. */
async function plant(path: string, marker: string): Promise<void> {
  const script = join(path, '.git/evil.sh');
  await writeFile(script, `#!/bin/sh\ntouch '${marker}'\n`);
  await chmod(script, 0o755);
  const hooks = join(path, '.git/evil-hooks');
  await mkdir(hooks);
  for (const name of ['post-checkout', 'reference-transaction', 'post-index-change', 'pre-auto-gc']) {
    await writeFile(join(hooks, name), `#!/bin/sh\ntouch '${marker}'\n`);
    await chmod(join(hooks, name), 0o755);
  }
  const keys = ['fsmonitor', 'sshCommand', 'pager', 'editor', 'askPass', 'gitProxy', 'alternateRefsCommand'];
  const core = keys.map((key) => `\t${key} = ${script}\n`).join('');
  const others = [
    '[filter "evil"]\n\tclean',
    '\tsmudge',
    '\tprocess',
    '[diff]\n\texternal',
    '[credential]\n\thelper',
    '[gpg]\n\tprogram',
  ];
  await appendFile(
    join(path, '.git/config'),
    `[core]\n${core}\thooksPath = ${hooks}\n${others.map((key) => `${key} = ${script}\n`).join('')}`,
  );
}

function commandLines(): { cwd: string; line: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const cwd = readlinkSync(`/proc/${pid}/cwd`);
        return [{ cwd, line }];
      } catch {
        return [];
      }
    });
}

/** Command lines of everything that talks to this URL, once git's own remote program does. */
async function waitForRemoteGit(url: string): Promise<string[]> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const lines = commandLines()
      .map(({ line }) => line)
      .filter((line) => line.includes(url));
    if (lines.some((line) => line.includes('remote-http'))) return lines;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail('git never started its remote program');
}
