import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createSystemClock } from '#drivers/clock/system-clock.ts';
import type { Prober, ProbeResult } from '#drivers/probe/probe.ts';
import { createProber } from '#drivers/probe/real-prober.ts';
import { freePort, makeKey, skipSshd, startSshd } from '../support/sshd.ts';
import type { Sshd } from '../support/sshd.ts';

describe('the ssh probe against a real sshd', { skip: skipSshd }, () => {
  const prober = createProber(createSystemClock());
  let scratch: string;
  let sshd: Sshd;
  let knownHostsFile: string;

  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), `ccci-test-${process.pid}-ssh-`));
    knownHostsFile = join(scratch, 'of ccci 100%', 'known_hosts');
    sshd = await startSshd(scratch);
  });
  after(async () => {
    await sshd?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  function probe(change: Partial<Parameters<Prober['ssh']>[0]> = {}): Promise<ProbeResult> {
    const { port, keyFile } = sshd;
    return prober.ssh({ host: '127.0.0.1', port, user: 'root', keyFile, knownHostsFile, timeoutMs: 10_000, ...change });
  }

  it('succeeds with the right key and records the host key on first use', async () => {
    assert.deepEqual(await probe(), { ok: true, message: `ssh root@127.0.0.1:${sshd.port} answers` });
    const recorded = readFileSync(knownHostsFile, 'utf8');
    assert.match(recorded, /ssh-ed25519/);
    assert.equal(statSync(join(scratch, 'of ccci 100%')).mode & 0o077, 0);
    assert.equal((await probe()).ok, true);
    assert.equal(readFileSync(knownHostsFile, 'utf8'), recorded);
  });

  it('runs the command word by word and fails when that does', async () => {
    assert.equal((await probe({ command: ['test', "a 'quoted' $HOME;", '=', "a 'quoted' $HOME;"] })).ok, true);
    const failed = await probe({ command: ['sh', '-c', 'exit 7'] });
    assert.deepEqual(failed, {
      ok: false,
      message: `ssh root@127.0.0.1:${sshd.port} failed: the command ended with exit code 7`,
    });
  });

  const rows: { because: string; change: () => Promise<Parameters<typeof probe>[0]>; message: RegExp }[] = [
    {
      because: 'the key is not let in',
      change: async () => ({ keyFile: makeKey(join(scratch, 'stranger')) }),
      message: /failed: the server refuses this user or key$/,
    },
    {
      because: 'the key file does not exist',
      change: async () => ({ keyFile: join(scratch, 'none') }),
      message: /failed: the server refuses this user or key|private key file does not exist/,
    },
    {
      because: 'the key file is open to others',
      change: async () => ({ keyFile: exposedKey() }),
      message: /open to other users: run chmod 600/,
    },
    {
      because: 'nothing listens there',
      change: async () => ({ port: await freePort() }),
      message: /failed: connection refused: nothing listens there$/,
    },
    {
      because: 'the host has no address',
      change: async () => ({ host: 'no-such-host.invalid' }),
      message: /failed: the host name is not known$/,
    },
    {
      because: 'the command takes too long',
      change: async () => ({ command: ['sleep', '5'], timeoutMs: 700 }),
      message: /failed: no answer within 700 ms$/,
    },
  ];
  for (const { because, change, message } of rows) {
    it(`fails, and says why, when ${because}`, async () => {
      const result = await probe(await change());
      assert.equal(result.ok, false);
      assert.match(result.message, message);
    });
  }

  function exposedKey(): string {
    const path = join(scratch, 'exposed');
    copyFileSync(sshd.keyFile, path);
    chmodSync(path, 0o644);
    return path;
  }

  it('fails in time when the other side says nothing', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    assert.match((await probe({ port, timeoutMs: 500 })).message, /no answer within 500 ms$/);
    server.close();
  });

  it('takes nothing that looks like an option for one', async () => {
    const result = await probe({ host: '-oProxyCommand=touch /tmp/never' });
    assert.equal(result.ok, false);
  });

  it('fails on a changed host key with what to do, and goes on failing', async () => {
    await sshd.changeHostKey();
    const first = await probe();
    assert.equal(first.ok, false);
    assert.match(
      first.message,
      /the host key has changed; if that is right, remove the line of "127\.0\.0\.1" from ".*known_hosts"/,
    );
    assert.deepEqual(await probe(), first);
  });
});
