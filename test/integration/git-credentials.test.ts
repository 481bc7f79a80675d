import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Git } from '#drivers/git/create-git.ts';
import { createGit } from '#drivers/git/create-git.ts';
import type { GitCredentials, RemoteFailure } from '#drivers/git/git.ts';
import { GitError } from '#drivers/git/git.ts';
import type { GitHttpServer } from '../support/git-http-server.ts';
import { startGitHttpServer } from '../support/git-http-server.ts';
import type { ScratchGit } from '../support/git.ts';
import { createScratchGit } from '../support/git.ts';

const SECRET = String.raw`p'w "4711" $(id) \n%s é`;

describe('credentials in a file', () => {
  let scratch: ScratchGit;
  let server: GitHttpServer;
  let git: Git;
  let url: string;
  let head: string;
  let envFile: string;
  let round = 0;
  before(async () => {
    scratch = await createScratchGit();
    head = await scratch.commitTo(await scratch.bare('remote.git'), { subject: 'first' });
    server = await startGitHttpServer(scratch.root, scratch.environment);
    url = `${server.url}/remote.git`;
    git = createGit({ environment: scratch.environment });
    envFile = join(scratch.root, 'testenv');
  });
  beforeEach(async () => {
    round += 1;
    server.mood = 'Serving';
    server.credentials = `bot:${Buffer.from(SECRET).toString('latin1')}`;
    await writeEnv(`GIT_USERNAME=bot\nGIT_PASSWORD='${SECRET}'\n`);
  });
  after(async () => {
    git.close();
    await server.stop();
    await scratch.remove();
  });

  async function writeEnv(text: string, mode = 0o600): Promise<void> {
    await writeFile(envFile, text);
    await chmod(envFile, mode);
  }
  function fetchWith(credentials: GitCredentials, timeoutMs = 20_000): Promise<string> {
    return git.writer.fetch({
      mirror: join(scratch.root, `m${round}.git`),
      url,
      branch: 'main',
      timeoutMs,
      credentials,
    });
  }
  async function failure(credentials: GitCredentials, timeoutMs?: number): Promise<GitError> {
    const error = await fetchWith(credentials, timeoutMs).catch((caught: unknown) => caught);
    if (!(error instanceof GitError)) assert.fail(`expected a GitError, got ${String(error)}`);
    assert.equal(error.message.includes('4711'), false);
    return error;
  }

  it('let a fetch and a clone in, with every odd character, and stand in no file that git made', async () => {
    const path = join(scratch.root, `clone${round}`);
    assert.equal(await fetchWith({ envFile }), head);
    assert.equal(await fetchWith({ envFile }), head);
    await git.writer.clone({ path, url, branch: 'main', timeoutMs: 20_000, credentials: { envFile } });
    for (const folder of [join(scratch.root, `m${round}.git`), join(path, '.git')]) {
      for (const name of await readdir(folder, { recursive: true, withFileTypes: true })) {
        if (!name.isFile()) continue;
        assert.equal((await readFile(join(name.parentPath, name.name))).includes('4711'), false, name.name);
      }
    }
  });

  const texts = [
    {
      reason: 'an exported variable with double quotes',
      text: 'export GIT_USERNAME=bot\nexport GIT_PASSWORD="pw4711"\n',
    },
    { reason: 'lines that end as on Windows', text: 'GIT_USERNAME=bot\r\nGIT_PASSWORD=pw4711\r\n' },
    { reason: 'the last line of a name', text: 'GIT_PASSWORD=old\nGIT_USERNAME=bot\nGIT_PASSWORD=pw4711' },
  ];
  for (const { reason, text } of texts) {
    it(`are read as a launcher reads env files: ${reason}`, async () => {
      server.credentials = 'bot:pw4711';
      await writeEnv(text);
      assert.equal(await fetchWith({ envFile }), head);
    });
  }

  it('may stand under other names', async () => {
    await writeEnv(`GITEA_USER=bot\nGITEA_TOKEN='${SECRET}'\n`);
    const named = { envFile, usernameVariable: 'GITEA_USER', passwordVariable: 'GITEA_TOKEN' };
    assert.equal(await fetchWith(named), head);
    const error = await failure({ envFile });
    assert.equal(error.reason, 'CredentialsMissing');
    assert.match(error.message, /has no line GIT_USERNAME=… and GIT_PASSWORD=…/);
  });

  it('are refused with the command that helps when everybody can read them', async () => {
    await writeEnv(`GIT_USERNAME=bot\nGIT_PASSWORD=${SECRET}\n`, 0o644);
    const error = await failure({ envFile });
    assert.equal(error.reason, 'CredentialsExposed');
    assert.match(error.message, new RegExp(`mode 0644\\); run: chmod 600 ${envFile}$`));
    const seen = await git.reader.credentials({ envFile });
    assert.equal(seen.state === 'unknown' && seen.reason, 'CredentialsExposed');
  });

  it('are missed by name when the file is not there, and show a new stamp when it changes', async () => {
    const error = await failure({ envFile: join(scratch.root, 'none') });
    assert.equal(error.reason, 'CredentialsMissing');
    const first = await git.reader.credentials({ envFile });
    await writeEnv('GIT_USERNAME=bot\nGIT_PASSWORD=other\n');
    const second = await git.reader.credentials({ envFile });
    assert.deepEqual([first.state, second.state], ['known', 'known']);
    assert.notDeepEqual(first, second);
    assert.doesNotMatch(JSON.stringify([first, second]), /4711|other|bot/);
  });

  const faults: { mood: GitHttpServer['mood'] | 'Gone'; reason: RemoteFailure; timeoutMs: number }[] = [
    { mood: 'Unauthorized', reason: 'AuthenticationFailed', timeoutMs: 20_000 },
    { mood: 'NotFound', reason: 'RepositoryMissing', timeoutMs: 20_000 },
    { mood: 'Failing', reason: 'RemoteUnreachable', timeoutMs: 20_000 },
    { mood: 'Silent', reason: 'RemoteUnreachable', timeoutMs: 500 },
    { mood: 'Gone', reason: 'RemoteUnreachable', timeoutMs: 20_000 },
  ];
  for (const { mood, reason, timeoutMs } of faults) {
    it(`do not change what a server that is ${mood} means: ${reason}, and all is well when it is back`, async () => {
      if (mood === 'Gone') await server.stop();
      else server.mood = mood;
      try {
        const error = await failure({ envFile }, timeoutMs);
        assert.equal(error.reason, reason);
        assert.equal(error.message.includes('; correct the user or password in'), reason === 'AuthenticationFailed');
      } finally {
        if (mood === 'Gone') await server.listen();
      }
      server.mood = 'Serving';
      assert.equal(await fetchWith({ envFile }), head);
    });
  }

  it('stand in no arguments and no environment while git is at work', async () => {
    server.mood = 'Silent';
    const fetched = failure({ envFile }, 2000);
    let seen: readonly string[] = [];
    while (!seen.some((text) => text.includes('remote-http'))) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      seen = processTexts().filter((text) => text.includes(`m${round}.git`) || text.includes(url));
    }
    assert.equal(seen.join('\n').includes('4711'), false);
    await fetched;
  });

  it('are not given to another host that the remote sends git to', async () => {
    const asked: (string | undefined)[] = [];
    const other = createServer((request, response) => {
      asked.push(request.headers.authorization);
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="other"' }).end();
    }).listen(0, '127.0.0.1');
    const port = () => (other.address() as AddressInfo).port;
    const first = createServer((request, response) => {
      response.writeHead(302, { Location: `http://127.0.0.1:${port()}${request.url ?? ''}` }).end();
    }).listen(0, '127.0.0.1');
    try {
      for (const one of [other, first]) if (!one.listening) await once(one, 'listening');
      const from = `http://127.0.0.1:${(first.address() as AddressInfo).port}/remote.git`;
      const mirror = join(scratch.root, `m${round}.git`);
      const request = { mirror, url: from, branch: 'main', timeoutMs: 20_000, credentials: { envFile } };
      await assert.rejects(
        git.writer.fetch(request),
        (error) => error instanceof GitError && error.reason === 'AuthenticationFailed',
      );
      assert.ok(asked.length > 0);
      assert.ok(
        asked.every((header) => header === undefined),
        'the other host was told',
      );
    } finally {
      for (const one of [other, first]) one.closeAllConnections();
      await Promise.all([other, first].map((one) => new Promise((resolve) => one.close(resolve))));
    }
  });
});

/** Arguments and environment of every process that can be read. */
function processTexts(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ['cmdline', 'environ'].map((name) => readText(`/proc/${pid}/${name}`)).join('\n'));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
