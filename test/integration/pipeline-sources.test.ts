import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { pino } from 'pino';

import { runController } from '#controller/run-controller.ts';
import { createWorld } from '#controller/world.ts';
import type { JsonObject } from '#store/store.ts';
import { serveWebhooks } from '#web/serve-webhooks.ts';
import { startGitHttpServer } from '../support/git-http-server.ts';
import { withRig, writeRigFile, type PipelineRig } from '../support/pipeline.ts';
import { crewManifests } from '../support/pipeline-manifests.ts';

const SECRET = 'the secret of the hook';

describe('the remote is looked at', () => {
  test('at once when the git server says so, once a second however often it says it', () =>
    withRig(async (rig) => {
      const bare = await bareWithCommit(rig);
      const secretFile = await writeRigFile(rig, 'hook', `${SECRET}\n`);
      await rig.apply({
        kind: 'Repository',
        name: 'code',
        spec: { url: bare, interval: '1h', webhook: { secretFile } },
      });
      await withListener(rig, async (post) => {
        await rig.settled('Repository/code');
        assert.equal((await rig.condition('Repository/code', 'WebhookReady'))?.reason, 'WebhookListening');
        const head = await rig.git.commitTo(bare, { subject: 'claim(x): y' });
        const before = await fetches(rig);
        const from = performance.now();
        const statuses = await Promise.all(Array.from({ length: 60 }, () => post('code', '{}')));
        assert.deepEqual([...new Set(statuses)], [202]);
        await shows(rig, head);
        const last = await rig.git.commitTo(bare, { subject: 'claim(x): z' });
        assert.equal(await post('code', '{}'), 202);
        await shows(rig, last);
        const passedS = Math.ceil((performance.now() - from) / 1000);
        assert.ok((await fetches(rig)) - before <= passedS + 1, `more than one fetch a second in ${passedS} s`);
      });
    }));

  test('not for a request without the right signature, and a flood of them is one event', () =>
    withRig(async (rig) => {
      const bare = await bareWithCommit(rig);
      const secretFile = await writeRigFile(rig, 'hook', SECRET);
      const spec: JsonObject = { url: bare, interval: '1h' };
      await rig.apply(
        { kind: 'Repository', name: 'code', spec: { ...spec, webhook: { secretFile } } },
        { kind: 'Repository', name: 'plain', spec },
      );
      await withListener(rig, async (post) => {
        await rig.settled('Repository/code');
        const before = await fetches(rig);
        await rig.git.commitTo(bare, { subject: 'claim(x): y' });
        for (let count = 0; count < 30; count += 1) assert.equal(await post('code', '{}', 'another secret'), 401);
        assert.equal(await post('plain', '{}'), 404);
        assert.equal(await post('nobody', '{}'), 404);
        await rig.passes(300);
        assert.equal(await fetches(rig), before);
        const told = await refusals(rig);
        assert.equal(told.length, 1);
        assert.match(told[0] ?? '', /did not carry the right signature/);
      });
    }));

  test('when its interval is over, with every other source switched off: no hand-off is lost', () =>
    withRig(async (rig) => {
      const bare = await bareWithCommit(rig);
      const [repository, ...crew] = crewManifests(rig, bare);
      await rig.apply({ kind: 'Repository', name: 'code', spec: { ...repository?.spec, watchClones: false } }, ...crew);
      await rig.start();
      for (const key of ['Agent/builder', 'Agent/adversary', 'Gate/handoff']) await rig.settled(key);
      const clone = join(rig.folder, 'work', 'builder');
      await rig.git.git(clone, 'commit', '--quiet', '--allow-empty', '-m', 'claim(login): it works');
      await rig.git.git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
      const claim = await rig.git.git(clone, 'rev-parse', 'HEAD');
      await rig.noted('adversary', new RegExp(`heard .*${claim.slice(0, 12)}`));
      const log = await readFile(rig.logFile, 'utf8');
      assert.doesNotMatch(log, /"CloneMoved"|"WebhookReceived"/);
    }));

  test('with the credentials of a file, which is not used while everybody can read it, and seen soon when it is put right', () =>
    withRig(async (rig) => {
      const bare = await bareWithCommit(rig);
      const server = await startGitHttpServer(rig.git.root, rig.git.environment);
      server.credentials = 'bot:pw-4711';
      try {
        const envFile = await writeRigFile(rig, 'testenv', 'GIT_USERNAME=bot\nGIT_PASSWORD=pw-4711\n');
        await chmod(envFile, 0o644);
        const spec = { url: `${server.url}/code.git`, interval: '1s', credentials: { envFile } };
        await rig.apply({ kind: 'Repository', name: 'code', spec });
        await rig.start();
        const refused = await rig.ready('Repository/code', 'CredentialsExposed');
        assert.match(refused.message, new RegExp(`run: chmod 600 ${envFile}$`));
        await chmod(envFile, 0o600);
        await rig.settled('Repository/code');
        assert.equal((await rig.status('Repository/code'))['commit'], await rig.git.git(bare, 'rev-parse', 'main'));
        server.credentials = 'bot:other';
        await rig.ready('Repository/code', 'AuthenticationFailed');
        const stored = JSON.stringify([await rig.get('Repository/code'), await rig.store.events()]);
        assert.doesNotMatch(stored + (await readFile(rig.logFile, 'utf8')), /4711/);
      } finally {
        await server.stop();
      }
    }));
});

async function bareWithCommit(rig: PipelineRig): Promise<string> {
  const bare = await rig.git.bare('code.git');
  await rig.git.commitTo(bare, { subject: 'start', files: { 'README.md': 'code\n' } });
  return bare;
}

type Post = (repository: string, body: string, secret?: string) => Promise<number>;

/** Runs the controller with a listener for webhooks, for as long as the work takes. */
async function withListener(rig: PipelineRig, work: (post: Post) => Promise<void>): Promise<void> {
  const world = createWorld(rig.worldOptions);
  const log = pino({}, pino.destination({ dest: rig.logFile, sync: true }));
  const { controller, close } = await runController(world, { log, pid: process.pid });
  const listener = await serveWebhooks({ world, controller, log, listen: { host: '127.0.0.1', port: 0 } });
  const address = world.tools.readers.hints.listeningOn ?? '';
  try {
    await work(async (repository, body, secret = SECRET) => {
      const signature = createHmac('sha256', secret).update(body).digest('hex');
      const headers = { 'X-Forgejo-Signature': signature };
      const response = await fetch(`http://${address}/webhook/${repository}`, { method: 'POST', body, headers });
      await response.text();
      return response.status;
    });
  } finally {
    await listener.close();
    await close();
  }
}

async function shows(rig: PipelineRig, sha: string): Promise<void> {
  await rig.until(`the repository shows ${sha}`, async () => (await rig.status('Repository/code'))['commit'] === sha);
}

async function fetches(rig: PipelineRig): Promise<number> {
  const log = await readFile(rig.logFile, 'utf8');
  return log.split('\n').filter((line) => line.includes('"Repository/code"') && line.includes('"FetchMirror"')).length;
}

async function refusals(rig: PipelineRig): Promise<readonly string[]> {
  const events = await rig.store.events({ about: 'Repository/code' });
  return events.filter(({ reason }) => reason === 'WebhookRefused').map(({ message }) => message);
}
