import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Json } from '#drivers/socket/control-socket.ts';
import { createControlSocket } from '#drivers/socket/real-control-socket.ts';
import { eventually } from '../support/eventually.ts';

let folder: string;
let path: string;
const { ask, serve } = createControlSocket();
const echo = async (request: Json): Promise<Json> => ({ got: request });

describe('the control socket', () => {
  beforeEach(async () => {
    folder = await mkdtemp(`/tmp/ccci-test-${process.pid}-socket-`);
    path = join(folder, 'control');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is absent when nobody listens', async () => {
    assert.deepEqual(await ask(path, 'x', 1000), { state: 'absent' });
  });

  it('carries JSON both ways, for many askers at once', async () => {
    const server = await serve(path, echo);
    const requests: readonly Json[] = [null, 0, '', [], { text: 'a\nb\u{1f916}' }, 'x'.repeat(500_000)];
    const answers = await Promise.all(requests.map((request) => ask(path, request, 5000)));
    assert.deepEqual(
      answers,
      requests.map((request) => ({ state: 'known', value: { got: request } })),
    );
    await server.close();
    assert.deepEqual(await ask(path, 'x', 1000), { state: 'absent' });
  });

  it('is open to its owner only', async () => {
    const inside = join(folder, 'state', 'control');
    const server = await serve(inside, echo);
    assert.equal((await stat(inside)).mode & 0o777, 0o600);
    assert.equal((await stat(join(folder, 'state'))).mode & 0o777, 0o700);
    await server.close();
    await chmod(folder, 0o755);
    await assert.rejects(serve(path, echo), /chmod 0700/);
  });

  it('is unknown when the controller fails, is silent, or speaks something else', async () => {
    const failing = await serve(path, async () => {
      throw new Error('out of order');
    });
    const refused = await ask(path, 'x', 1000);
    assert.match(refused.state === 'unknown' ? refused.message : '', /out of order/);
    await failing.close();
    const silent = await serve(path, () => new Promise<Json>(() => undefined));
    const late = await ask(path, 'x', 50);
    assert.match(late.state === 'unknown' ? late.message : '', /within 50 ms/);
    await silent.close();
    const other = createServer((socket) => void socket.resume().end('hello\n')).listen(path);
    await eventually('it listens', async () => (await ask(path, 'x', 1000)).state === 'unknown');
    await new Promise((resolve) => other.close(resolve));
  });

  it('refuses messages over 1 MiB, either way', async () => {
    const server = await serve(path, async () => 'x'.repeat(1024 * 1024));
    await assert.rejects(ask(path, 'x'.repeat(1024 * 1024), 1000), /longer than/);
    const answer = await ask(path, 'x', 5000);
    assert.match(answer.state === 'unknown' ? answer.message : '', /longer than/);
    await server.close();
  });

  it('takes the place of a socket that nobody answers on, but not of one that somebody does', async () => {
    const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => console.log('listens'))`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await assert.rejects(serve(path, echo), /another process answers/);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    assert.ok((await stat(path)).isSocket(), 'the dead socket must have stayed');
    const server = await serve(path, echo);
    assert.deepEqual(await ask(path, 1, 1000), { state: 'known', value: { got: 1 } });
    await server.close();
  });

  it('says so when a path is too long for a socket', async () => {
    const deep = join(folder, 'x'.repeat(100));
    await mkdir(deep, { mode: 0o700 });
    await assert.rejects(serve(join(deep, 'control'), echo), /at most 100 fit/);
    await assert.rejects(ask(join(deep, 'control'), 1, 100), /at most 100 fit/);
  });
});
