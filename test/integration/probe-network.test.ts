import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Clock } from '#drivers/clock/clock.ts';
import { createSystemClock } from '#drivers/clock/system-clock.ts';
import type { Prober } from '#drivers/probe/probe.ts';
import { createProber } from '#drivers/probe/real-prober.ts';
import { makeCertificate } from '../../demo/incusd/incusd.ts';
import { freePort } from '../support/sshd.ts';

const prober = createProber(createSystemClock());

describe('the tcp probe', () => {
  it('succeeds when something listens, and says the same words each time when nothing does', async () => {
    const server = createTcpServer((socket) => socket.destroy());
    const port = await listen(server);
    assert.deepEqual(await prober.tcp({ host: '127.0.0.1', port, timeoutMs: 1_000 }), {
      ok: true,
      message: `tcp 127.0.0.1:${port} accepts connections`,
    });
    await close(server);
    const failed = { ok: false, message: `tcp 127.0.0.1:${port} failed: connection refused: nothing listens there` };
    assert.deepEqual(await prober.tcp({ host: '127.0.0.1', port, timeoutMs: 1_000 }), failed);
    assert.deepEqual(await prober.tcp({ host: '127.0.0.1', port, timeoutMs: 1_000 }), failed);
  });

  it('fails when the time is up, and when the host has no address', async () => {
    const clock: Clock = { ...createSystemClock(), after: (_delayMs, fn) => (queueMicrotask(fn), () => undefined) };
    const slow = await createProber(clock).tcp({ host: '127.0.0.1', port: await freePort(), timeoutMs: 250 });
    assert.match(slow.message, /no answer within 250 ms/);
    const lost = await prober.tcp({ host: 'no-such-host.invalid', port: 22, timeoutMs: 5_000 });
    assert.deepEqual([lost.ok, /host name/.test(lost.message)], [false, true], lost.message);
  });
});

describe('the http probe', () => {
  let scratch: string;
  let server: Server;
  let secure: Server;
  let url: string;
  let secureUrl: string;
  let caFile: string;

  const answers: RequestListener = (request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/missing' }).end();
    else if (request.url === '/missing') response.writeHead(404).end('not here');
    else if (request.url === '/late') response.writeHead(200).end('x'.repeat(70 * 1024) + 'needle');
    else if (request.url === '/endless') pour(response);
    else if (request.url === '/drip') response.writeHead(200).write('drip');
    else if (request.url === '/cut')
      response.writeHead(200, { 'content-length': '100' }).write('cut', () => response.destroy());
    else if (request.url !== '/silent') response.end('status: healthy');
  };

  function pour(response: { write(text: string): boolean; on(event: string, fn: () => void): unknown }): void {
    response.on('drain', () => response.write('y'.repeat(64 * 1024)));
    response.write('y'.repeat(64 * 1024));
  }

  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), `ccci-test-${process.pid}-probe-`));
    caFile = join(scratch, 'server.crt');
    const keyFile = join(scratch, 'server.key');
    const extra = ['-days', '30', '-addext', 'subjectAltName=IP:127.0.0.1'];
    makeCertificate({ certFile: caFile, keyFile, name: 'probed', extra });
    server = createHttpServer(answers);
    secure = createHttpsServer({ cert: readFileSync(caFile), key: readFileSync(keyFile) }, answers);
    url = `http://127.0.0.1:${await listen(server)}`;
    secureUrl = `https://127.0.0.1:${await listen(secure)}`;
  });
  after(async () => {
    rmSync(scratch, { recursive: true, force: true });
    await Promise.all([close(server), close(secure)]);
  });

  type Row = {
    path: string;
    more?: Partial<Parameters<Prober['http']>[0]>;
    message: RegExp;
    ok: boolean;
    reason: string;
  };
  const rows: Row[] = [
    { path: '/', ok: true, message: /answers as expected/, reason: 'a 200 is what is expected' },
    { path: '/moved', ok: true, message: /answers as expected/, reason: 'a redirect is an answer, and not followed' },
    { path: '/missing', ok: false, message: /status 404, expected 200 to 399/, reason: 'a 404 is a failure' },
    {
      path: '/missing',
      more: { expectStatus: 404 },
      ok: true,
      message: /as expected/,
      reason: 'a 404 may be expected',
    },
    {
      path: '/',
      more: { expectStatus: 204 },
      ok: false,
      message: /status 200, expected 204/,
      reason: 'one status is expected',
    },
    {
      path: '/',
      more: { bodyMatch: '^status: (ok|healthy)$' },
      ok: true,
      message: /as expected/,
      reason: 'the body matches',
    },
    {
      path: '/',
      more: { bodyMatch: 'sick' },
      ok: false,
      message: /nothing in its body matches "sick"/,
      reason: 'it does not',
    },
    {
      path: '/',
      more: { bodyMatch: '(' },
      ok: false,
      message: /"\(" is not a regular expression/,
      reason: 'the pattern is none',
    },
    {
      path: '/late',
      more: { bodyMatch: 'needle' },
      ok: false,
      message: /nothing in its body/,
      reason: 'only 64 KiB are read',
    },
    {
      path: '/endless',
      more: { bodyMatch: 'needle' },
      ok: false,
      message: /nothing in its body/,
      reason: 'a body may never end',
    },
    {
      path: '/drip',
      more: { bodyMatch: 'needle', timeoutMs: 200 },
      ok: false,
      message: /within 200 ms/,
      reason: 'a body may stall',
    },
    {
      path: '/cut',
      more: { bodyMatch: 'needle' },
      ok: false,
      message: /closed by the other side/,
      reason: 'a body may be cut off',
    },
    {
      path: '/silent',
      more: { timeoutMs: 200 },
      ok: false,
      message: /no answer within 200 ms/,
      reason: 'nothing is answered',
    },
  ];
  for (const { path, more, message, ok, reason } of rows) {
    it(`${ok ? 'succeeds' : 'fails'} on ${path} when ${reason}`, async () => {
      const result = await prober.http({ url: `${url}${path}`, timeoutMs: 3_000, ...more });
      assert.equal(result.ok, ok, result.message);
      assert.match(result.message, message);
    });
  }

  it('verifies a certificate, by a CA file when one is given', async () => {
    const strict = await prober.http({ url: secureUrl, timeoutMs: 3_000 });
    assert.deepEqual([strict.ok, /self-signed: set caFile/.test(strict.message)], [false, true], strict.message);
    assert.equal((await prober.http({ url: secureUrl, timeoutMs: 3_000, caFile })).ok, true);
    const otherName = await prober.http({ url: secureUrl.replace('127.0.0.1', 'localhost'), timeoutMs: 3_000, caFile });
    assert.match(otherName.message, /made out to another name/);
    const missing = await prober.http({ url: secureUrl, timeoutMs: 3_000, caFile: join(scratch, 'none.crt') });
    assert.deepEqual([missing.ok, /caFile/.test(missing.message)], [false, true], missing.message);
  });

  it('fails days before the certificate that is served expires, and where none is served', async () => {
    const nowMs = Date.now();
    const ask = (target: string, certificateDays: number) =>
      prober.http({ url: target, timeoutMs: 3_000, caFile, certificateDays, nowMs });
    assert.equal((await ask(secureUrl, 1)).ok, true);
    const soon = await ask(secureUrl, 5000);
    assert.match(soon.message, /the certificate that it serves expires within 5000 days/);
    assert.match((await ask(`${url}/ok`, 1)).message, /no certificate is served/);
  });

  it('never throws, whatever the url is', async () => {
    for (const bad of ['', 'nonsense', 'ftp://127.0.0.1/', 'http://127.0.0.1:99999/']) {
      assert.equal((await prober.http({ url: bad, timeoutMs: 500 })).ok, false, bad);
    }
  });
});

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

function close(server: Server): Promise<void> {
  if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function') server.closeAllConnections();
  return new Promise((resolve) => void server.close(() => resolve()));
}
