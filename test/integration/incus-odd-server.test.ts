import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Fact } from '#api/fact.ts';
import { createSystemClock } from '#drivers/clock/system-clock.ts';
import { createIncus } from '#drivers/incus/real-incus.ts';
import type { Incus } from '#drivers/incus/real-incus.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { greeting, plainScript, startScriptedIncus } from '../support/scripted-incus.ts';
import type { Script, ScriptedIncus } from '../support/scripted-incus.ts';

const clock = createSystemClock();

describe('a server that answers oddly', () => {
  let server: ScriptedIncus;
  let incus: Incus;

  before(async () => {
    server = await startScriptedIncus();
  });
  after(async () => {
    incus.close();
    await server.close();
  });
  beforeEach(() => {
    incus?.close();
    const limits = { connectTimeoutMs: 300, requestTimeoutMs: 300 };
    incus = createIncus({ kind: 'socket', path: server.path }, { clock, random: Math.random, ...limits });
  });

  it('is read as absent only when it answers as the API does and shows the project', async () => {
    server.script = plainScript;
    assert.deepEqual(await incus.reader.instance('p', 'x'), { state: 'absent' });
    isUnknown(await incus.reader.instance('q', 'x'), 'ProjectMissing', /project "q" does not exist.*spec\.project/);
  });

  const rows: { title: string; script: Script; reason: string; text: RegExp }[] = [
    {
      title: 'a 404 page of a web server',
      script: (_request, response) =>
        void response.writeHead(404, { 'content-type': 'text/html' }).end('<html>404</html>'),
      reason: 'ServerError',
      text: /HTTP 404 with something else; expected JSON/,
    },
    {
      title: 'JSON of another API',
      script: () => ({ status: 404, body: { message: 'no Route matched' } }),
      reason: 'ServerError',
      text: /without the envelope of the API/,
    },
    {
      title: 'a 404 for everything but the greeting, also for the project',
      script: (request) =>
        request.url === '/1.0'
          ? greeting()
          : { status: 404, body: { type: 'error', error_code: 404, error: 'not found' } },
      reason: 'ProjectMissing',
      text: /does not exist/,
    },
    {
      title: 'a server too old for projects',
      script: () => greeting(['etag']),
      reason: 'ServerError',
      text: /\(odd\) lacks the API extensions "projects", "instances"; use a newer server/,
    },
    {
      title: 'an endless answer',
      script: (_request, response) => {
        response.on('drain', () => response.write('x'.repeat(1 << 20)));
        response.write('x'.repeat(1 << 20));
        return undefined;
      },
      reason: 'ServerError',
      text: /answers more than 16777216 bytes/,
    },
    {
      title: 'an answer that stalls in the middle',
      script: (_request, response) => void response.writeHead(200).write('{"type":'),
      reason: 'ServerHung',
      text: /does not answer in time/,
    },
    {
      title: 'an answer that breaks off',
      script: (_request, response) =>
        void response.writeHead(200, { 'content-length': '99' }).write('{', () => response.destroy()),
      reason: 'ServerUnreachable',
      text: /ECONNRESET|aborted/,
    },
    {
      title: 'an inner failure',
      script: (request) =>
        request.url === '/1.0'
          ? greeting()
          : { status: 500, body: { type: 'error', error_code: 500, error: 'database is locked' } },
      reason: 'ServerError',
      text: /refused to show .*: database is locked/,
    },
  ];
  for (const { title, script, reason, text } of rows) {
    it(`is unknown with ${reason} for ${title}`, async () => {
      server.script = script;
      const fact = await incus.reader.instance('p', 'x');
      isUnknown(fact, reason, text);
      // Only asked again when it may be an accident; the words stay the same for the same cause.
      if (reason !== 'ServerUnreachable') assert.deepEqual(await incus.reader.instance('p', 'x'), fact);
    });
  }

  it('is asked again by a read when it closed the kept connection meanwhile', async () => {
    let requests = 0;
    server.script = (request) => {
      requests += 1;
      if (requests !== 3) return plainScript(request);
      request.socket.destroy();
      return undefined;
    };
    assert.deepEqual(await incus.reader.imageTarget('p', 'x'), { state: 'absent' });
  });

  it('is never asked twice by a change, which may have been taken', async () => {
    const changes: string[] = [];
    server.script = (request) => {
      if (request.method === 'GET')
        return request.url?.startsWith('/1.0/operations')
          ? { body: { type: 'sync', metadata: {} } }
          : plainScript(request);
      changes.push(`${request.method} ${request.url}`);
      request.socket.destroy();
      return undefined;
    };
    const change = incus.writer.changeState(
      { project: 'p', name: 'x' },
      { action: 'start', timeoutS: 5, force: false },
    );
    await assert.rejects(change, { reason: 'ServerUnreachable' });
    assert.deepEqual(changes, ['PUT /1.0/instances/x/state?project=p']);
  });

  it('refuses changes while it shuts down, and the reason says so', async () => {
    server.script = (request) => {
      if (request.url?.startsWith('/1.0/operations')) return { body: { type: 'sync', metadata: {} } };
      return request.method === 'GET'
        ? plainScript(request)
        : { status: 503, body: { type: 'error', error_code: 503, error: 'Shutting down' } };
    };
    const change = incus.writer.changeState(
      { project: 'p', name: 'x' },
      { action: 'start', timeoutS: 5, force: false },
    );
    await assert.rejects(change, { reason: 'ShuttingDown', message: /tried again when the server is back/ });
  });

  it('escapes names, so that none reaches another path', async () => {
    const urls: string[] = [];
    server.script = (request) => {
      urls.push(request.url ?? '');
      return request.url?.startsWith('/1.0/projects/')
        ? { body: { type: 'sync', metadata: { name: 'p/../q&x=1' } } }
        : plainScript(request);
    };
    await incus.reader.instance('p/../q&x=1', '../../certificates?a#b');
    assert.deepEqual(urls.slice(1), [
      '/1.0/instances/..%2F..%2Fcertificates%3Fa%23b?project=p%2F..%2Fq%26x%3D1',
      '/1.0/projects/p%2F..%2Fq%26x%3D1',
    ]);
  });
});

describe('an events stream', () => {
  it('that falls silent for 25 s is dropped and opened again; a ping counts as a sign of life', async () => {
    const server = await startScriptedIncus();
    const sockets: WebSocket[] = [];
    const stream = new WebSocketServer({ server: server.http });
    stream.on('connection', (socket) => sockets.push(socket));
    const fake = new FakeClock();
    const incus = createIncus({ kind: 'socket', path: server.path }, { clock: fake, random: () => 0.5 });
    const heard: (string | undefined)[] = [];
    const stop = new AbortController();
    incus.watcher.watch('p', (instance) => heard.push(instance), stop.signal);
    await until(() => heard.length === 1);
    await fake.advance(20_000);
    const pinged = new Promise((resolve) => sockets[0]?.once('pong', resolve));
    sockets[0]?.ping();
    await pinged;
    await fake.advance(20_000);
    assert.equal(sockets.length, 1, 'the ping kept it');
    await fake.advance(6_000);
    await until(() => heard.length === 2);
    await fake.advance(200);
    await until(() => sockets.length === 2 && heard.length === 3);
    sockets[1]?.send(
      JSON.stringify({
        type: 'lifecycle',
        metadata: { action: 'instance-shutdown', source: '/1.0/instances/x?project=p' },
      }),
    );
    await until(() => heard.at(-1) === 'x');
    stop.abort();
    stream.close();
    await server.close();
  });

  it('is tried again ever more rarely, at most every 15 s, while nothing answers', async () => {
    const fake = new FakeClock();
    const path = '/nonexistent/ccci-test.socket';
    const incus = createIncus({ kind: 'socket', path }, { clock: fake, random: () => 1 });
    const heard: unknown[] = [];
    const stop = new AbortController();
    incus.watcher.watch('p', (instance) => heard.push(instance), stop.signal);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      await until(() => pauseOf(fake) !== undefined);
      waits.push(pauseOf(fake) ?? 0);
      await fake.runNext();
      await clock.sleep(20);
    }
    assert.deepEqual(waits, [300, 600, 1_200, 2_400, 4_800, 9_600, 15_000, 15_000]);
    assert.deepEqual(heard, []);
    stop.abort();
  });
});

/** How long the clock's next timer still waits, when that is a pause and not the silence of an open stream. */
function pauseOf(fake: FakeClock): number | undefined {
  const nextMs = fake.nextTimerMs;
  const waitMs = nextMs === undefined ? undefined : nextMs - fake.now().monoMs;
  return waitMs === 25_000 ? undefined : waitMs;
}

async function until(holds: () => boolean): Promise<void> {
  for (let attempt = 0; !holds(); attempt += 1) {
    if (attempt > 500) throw new Error(`never true: ${holds.toString()}`);
    await clock.sleep(5);
  }
}

function isUnknown(fact: Fact<unknown>, reason: string, text: RegExp): void {
  assert.equal(fact.state === 'unknown' ? fact.reason : fact.state, reason, JSON.stringify(fact));
  assert.match(fact.state === 'unknown' ? fact.message : '', text);
}
