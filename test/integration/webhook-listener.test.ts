import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, afterEach, before, describe, it } from 'node:test';
import { ABSENT, known, unknown } from '#api/fact.ts';
import { serveHttp } from '#drivers/http/serve-http.ts';
import type { HttpServer } from '#drivers/http/http-server.ts';
import { answerWebhook } from '#web/answer-webhook.ts';
import { eventually } from '../support/eventually.ts';

const SECRET = 'the secret';
const LIMITS = { maxBodyBytes: 1000, maxConnections: 4, headersTimeoutMs: 300, requestTimeoutMs: 600 };

describe('the webhook listener', () => {
  let server: HttpServer;
  let url: string;
  const hints: string[] = [];
  const refusals: string[] = [];
  const sockets = new Set<Socket>();
  before(async () => {
    const handler = answerWebhook({
      now: () => 0,
      secretOf: async (name) => {
        if (name === 'code') return known(SECRET);
        if (name === 'broken') throw new Error('the store is gone');
        return name === 'hidden' ? unknown('SecretExposed', 'it is open') : ABSENT;
      },
      hint: (name) => hints.push(name),
      refused: async (name, message) => void refusals.push(`${name}: ${message}`),
    });
    server = await serveHttp({ host: '127.0.0.1', port: 0 }, LIMITS, handler);
    url = `http://${server.address}`;
  });
  afterEach(() => {
    hints.length = 0;
    refusals.length = 0;
    sockets.forEach((socket) => socket.destroy());
    sockets.clear();
  });
  after(() => server.close());

  const sign = (body: string, secret = SECRET) => ({
    'X-Gitea-Signature': createHmac('sha256', secret).update(body).digest('hex'),
  });
  async function ask(path: string, init: RequestInit = {}): Promise<number> {
    const response = await fetch(`${url}${path}`, { method: 'POST', ...init });
    await response.text();
    return response.status;
  }
  async function open(): Promise<Socket> {
    const [host, port] = server.address.split(':');
    const socket = connect(Number(port), host);
    sockets.add(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  }

  it('hints at the repository that a signed request names, and at nothing else', async () => {
    assert.equal(await ask('/webhook/code', { body: '{}', headers: sign('{}') }), 202);
    assert.equal(await ask('/webhook/code?x=1', { body: '', headers: sign('') }), 202);
    assert.deepEqual([hints, refusals], [['code', 'code'], []]);
  });

  const rows = [
    { reason: 'no signature', path: '/webhook/code', init: { body: '{}' }, status: 401 },
    {
      reason: 'a signature by another secret',
      path: '/webhook/code',
      init: { body: '{}', headers: sign('{}', 'other') },
      status: 401,
    },
    {
      reason: 'a signature of another body',
      path: '/webhook/code',
      init: { body: '{ }', headers: sign('{}') },
      status: 401,
    },
    {
      reason: 'a secret that can not be read',
      path: '/webhook/hidden',
      init: { body: '{}', headers: sign('{}') },
      status: 401,
    },
    {
      reason: 'a store that can not be read',
      path: '/webhook/broken',
      init: { body: '{}', headers: sign('{}') },
      status: 401,
    },
    {
      reason: 'a repository that is not there',
      path: '/webhook/none',
      init: { body: '{}', headers: sign('{}') },
      status: 404,
    },
    { reason: 'another method', path: '/webhook/code', init: { method: 'GET' }, status: 405 },
    {
      reason: 'another method for one that is not there',
      path: '/webhook/none',
      init: { method: 'PUT', body: 'x' },
      status: 405,
    },
    { reason: 'no name', path: '/webhook/', init: { body: '{}' }, status: 404 },
    { reason: 'a name that can be none', path: '/webhook/..%2fcode', init: { body: '{}' }, status: 404 },
    { reason: 'a deeper path', path: '/webhook/code/x', init: { body: '{}', headers: sign('{}') }, status: 404 },
    { reason: 'another route', path: '/', init: { method: 'GET' }, status: 404 },
    {
      reason: 'a body over the limit',
      path: '/webhook/code',
      init: { body: 'x'.repeat(1001), headers: sign('x'.repeat(1001)) },
      status: 413,
    },
  ];
  for (const { reason, path, init, status } of rows) {
    it(`answers ${status} and does nothing for ${reason}`, async () => {
      assert.equal(await ask(path, init), status);
      assert.deepEqual(hints, []);
      assert.equal(refusals.length, status === 401 ? 1 : 0);
    });
  }

  it('ends a body without a length as soon as it is too long', async () => {
    const socket = await open();
    socket.write('POST /webhook/code HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    socket.write(`3e9\r\n${'x'.repeat(1001)}\r\n`);
    assert.match(await text(socket), /^HTTP\/1\.1 413 /);
  });

  it('takes no signature that came twice', async () => {
    const socket = await open();
    const { 'X-Gitea-Signature': right } = sign('{}');
    socket.write(
      `POST /webhook/code HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nX-Gitea-Signature: ${right}\r\nX-Gitea-Signature: ${right}\r\n\r\n{}`,
    );
    assert.match(await text(socket), /^HTTP\/1\.1 401 /);
  });

  it('cuts those who send their headers or their body slower than it waits', async () => {
    const headers = await open();
    headers.write('POST /webhook/code HTTP/1.1\r\nHost: x\r\n');
    const body = await open();
    body.write('POST /webhook/code HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
    await Promise.all([text(headers), text(body)].map((end) => end.catch(() => '')));
    assert.deepEqual(hints, []);
    assert.equal(await ask('/webhook/code', { body: '{}', headers: sign('{}') }), 202);
  });

  it('holds no more connections than it may, and serves again when they are gone', async () => {
    const idle = await Promise.all([open(), open(), open(), open()]);
    const fifth = await open();
    await text(fifth).catch(() => '');
    idle.forEach((socket) => socket.destroy());
    await eventually('it serves again', async () => {
      const status = await ask('/webhook/code', { body: '{}', headers: sign('{}') }).catch(() => 0);
      return status === 202;
    });
  });
});
