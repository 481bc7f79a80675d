import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { NotifyError } from '#drivers/notify/notify.ts';
import { createNotify } from '#drivers/notify/real-notify.ts';

import { notifyContract } from '../contract/notify-contract.ts';
import { startReceiver, type Receiver } from '../support/receiver.ts';

const environment = { PATH: process.env['PATH'] ?? '' };
const quick = createNotify(environment, { timeoutMs: 300 });
const notify = createNotify(environment);

let folder: string;
let receiver: Receiver;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccci-test-notify-'));
  receiver = await startReceiver();
});

after(async () => {
  await receiver.end();
  await rm(folder, { recursive: true });
});

notifyContract('the real outside', async () => {
  const own = await startReceiver();
  return {
    notify,
    url: `${own.url}/path`,
    fail: () => void (own.mode = 'Fails'),
    taken: () => own.taken.map(({ body }) => body),
    end: () => own.end(),
  };
});

async function secretFile(name: string, text: string, mode = 0o600): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text, { mode });
  return path;
}

test('a signed message carries the HMAC of its very body', async () => {
  const file = await secretFile('key', 'k3y\n');
  const body = '{"text":"ünïcode"}';
  const secret = { file, use: 'Signature' } as const;
  await notify.send({ type: 'Post', url: `${receiver.url}/signed`, headers: {}, body, secret });
  const request = receiver.taken.find(({ path }) => path === '/signed');
  assert.equal(request?.body, body);
  const want = `sha256=${createHmac('sha256', 'k3y').update(body).digest('hex')}`;
  assert.equal(request.headers['x-ccci-signature-256'], want);
});

test('an access token goes into its header, and an address in a file is where the message goes', async () => {
  const token = { file: await secretFile('token', 'tk_1'), use: 'Bearer' } as const;
  await notify.send({ type: 'Post', url: `${receiver.url}/token`, headers: {}, body: '1', secret: token });
  const address = { file: await secretFile('address', `${receiver.url}/hidden/path\n`), use: 'Address' } as const;
  await notify.send({ type: 'Post', headers: {}, body: '2', secret: address });
  const got = (path: string) => receiver.taken.find((one) => one.path === path);
  assert.equal(got('/token')?.headers.authorization, 'Bearer tk_1');
  assert.equal(got('/hidden/path')?.body, '2');
});

test('a secret that others can read is not used', async () => {
  const file = await secretFile('open', 'x');
  await rm(file);
  await writeFile(file, 'x');
  await (await import('node:fs/promises')).chmod(file, 0o644);
  const request = { type: 'Post', url: `${receiver.url}/open`, headers: {}, body: '1' } as const;
  await assert.rejects(
    notify.send({ ...request, secret: { file, use: 'Bearer' } }),
    (error: unknown) => error instanceof NotifyError && error.reason === 'NotifierSecret',
  );
  assert.ok(!receiver.taken.some(({ path }) => path === '/open'));
});

test('a receiver that stalls costs a bounded time, and one that redirects gets nothing elsewhere', async () => {
  const request = { type: 'Post', url: `${receiver.url}/slow`, headers: {}, body: '1' } as const;
  receiver.mode = 'Stalls';
  await assert.rejects(quick.send(request), /did not answer within 0.3 s/);
  receiver.mode = 'Redirects';
  await assert.rejects(notify.send(request), /answered 307/);
  receiver.mode = 'Works';
  assert.ok(!receiver.taken.some(({ path }) => path === '/elsewhere'));
});

test('nobody there is an error that names the host only', async () => {
  const gone = await startReceiver();
  await gone.end();
  const send = notify.send({ type: 'Post', url: `${gone.url}/secret-path`, headers: {}, body: '1' });
  await assert.rejects(send, (error: unknown) => error instanceof Error && !error.message.includes('secret-path'));
});

test('a program gets the message on its input and nothing of it in its arguments', async () => {
  const out = join(folder, 'out');
  const script = 'cat > "$0"';
  await notify.send({ type: 'Run', command: ['sh', '-c', script, out], input: '{"text":"$(touch /tmp/x)"}\n' });
  assert.equal(await readFile(out, 'utf8'), '{"text":"$(touch /tmp/x)"}\n');
});

test('a program that fails, hangs, reads nothing or is not there ends in bounded time', async () => {
  await notify.send({ type: 'Run', command: ['true'], input: 'x'.repeat(200_000) });
  await assert.rejects(notify.send({ type: 'Run', command: ['false'], input: '' }), /ended with exit code 1/);
  await assert.rejects(quick.send({ type: 'Run', command: ['sleep', '60'], input: '' }), /did not end within/);
  await assert.rejects(notify.send({ type: 'Run', command: ['/no/such'], input: '' }), NotifyError);
});
