import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Fact } from '#api/fact.ts';
import type { Clock } from '#drivers/clock/clock.ts';
import { createSystemClock } from '#drivers/clock/system-clock.ts';
import { IncusError } from '#drivers/incus/incus.ts';
import type { IncusServer, IncusUnknown } from '#drivers/incus/incus.ts';
import { createIncus } from '#drivers/incus/real-incus.ts';
import type { Incus } from '#drivers/incus/real-incus.ts';
import { makeCertificate, trust } from '../../demo/incusd/incusd.ts';
import type { Incusd } from '../../demo/incusd/incusd.ts';
import { skipIncusd, startTestIncusd } from '../support/incusd.ts';
import { startListeningServer } from '../support/tls-server.ts';

type Https = Extract<IncusServer, { kind: 'https' }>;

describe('who the Incus server is, and who ccci is to it', { skip: skipIncusd }, () => {
  let incusd: Incusd;
  let scratch: string;
  const opened: Incus[] = [];

  before(async () => {
    incusd = await startTestIncusd();
    scratch = mkdtempSync(join(tmpdir(), `ccci-test-${process.pid}-identity-`));
    await incusd.admin.run({ method: 'POST', path: '/1.0/projects', body: { name: 'elsewhere' } });
  });
  after(async () => {
    opened.forEach((incus) => incus.close());
    rmSync(scratch, { recursive: true, force: true });
    await incusd?.stop();
  });

  function server(change: Partial<Https> = {}): Https {
    const { url, clientCertFile: certFile, clientKeyFile: keyFile, fingerprint } = incusd;
    return { kind: 'https', url, certFile, keyFile, fingerprint, ...change };
  }

  function withoutPin(change: Partial<Https>): Https {
    const { fingerprint: _, ...rest } = server(change);
    return rest;
  }

  function open(to: IncusServer, clock: Clock = createSystemClock()): Incus {
    const incus = createIncus(to, { clock, random: Math.random, connectTimeoutMs: 1_000, requestTimeoutMs: 1_500 });
    opened.push(incus);
    return incus;
  }

  async function look(to: IncusServer, clock?: Clock): Promise<Fact<unknown>> {
    return await open(to, clock).reader.instance(incusd.project, 'nobody');
  }

  function certificate(
    name: string,
    extra: readonly string[] = ['-days', '30'],
  ): { certFile: string; keyFile: string } {
    const files = { certFile: join(scratch, `${name}.crt`), keyFile: join(scratch, `${name}.key`) };
    makeCertificate({ ...files, name, extra });
    return files;
  }

  const spellings: { spelling: (hex: string) => string; reason: string }[] = [
    { spelling: (hex) => hex, reason: 'as Incus prints it' },
    { spelling: (hex) => `sha256:${hex.toUpperCase()}`, reason: 'with a prefix, in capitals' },
    { spelling: (hex) => `SHA256=${hex.replace(/(..)(?=.)/g, '$1:')}`, reason: 'as openssl prints it' },
  ];
  for (const { spelling, reason } of spellings) {
    it(`accepts the server by its fingerprint ${reason}`, async () => {
      assert.deepEqual(await look(server({ fingerprint: spelling(incusd.fingerprint) })), { state: 'absent' });
    });
  }

  it('accepts the server by its own certificate as CA file, insecurely when told so, and over the unix socket', async () => {
    assert.deepEqual(await look(withoutPin({ caFile: incusd.serverCertFile })), { state: 'absent' });
    assert.deepEqual(await look(withoutPin({ insecure: true })), { state: 'absent' });
    assert.deepEqual(await look({ kind: 'socket', path: incusd.socketPath }), { state: 'absent' });
  });

  it('accepts by fingerprint under a name that the certificate does not carry, and refuses that with a CA file and advice', async () => {
    const url = incusd.url.replace('127.0.0.1', 'localhost');
    assert.deepEqual(await look(server({ url })), { state: 'absent' });
    const fact = await look(withoutPin({ url, caFile: incusd.serverCertFile }));
    isUnknown(fact, 'CertificateWrong', /made out to another name.*spec\.server\.fingerprint/);
  });

  it('sends an impostor not one byte of a request, whatever way the server was to prove itself', async () => {
    const pair = certificate('impostor', ['-days', '30', '-addext', 'subjectAltName=IP:127.0.0.1']);
    const impostor = await startListeningServer({ cert: readFileSync(pair.certFile), key: readFileSync(pair.keyFile) });
    try {
      const { url } = impostor;
      isUnknown(await look(server({ url })), 'CertificateWrong', /may be another server/);
      isUnknown(await look(withoutPin({ url, caFile: incusd.serverCertFile })), 'CertificateWrong', /is not trusted/);
      isUnknown(await look(withoutPin({ url })), 'CertificateWrong', /spec\.server\.caFile/);
      const stop = new AbortController();
      open(server({ url })).watcher.watch(incusd.project, () => undefined, stop.signal);
      await assert.rejects(open(server({ url })).writer.delete({ project: incusd.project, name: 'any' }), IncusError);
      await createSystemClock().sleep(300);
      stop.abort();
      assert.equal(impostor.received(), '');
    } finally {
      await impostor.close();
    }
  });

  it('notices an impostor that takes the place of a server which was already known', async () => {
    const incus = open(server());
    assert.deepEqual(await incus.reader.instance(incusd.project, 'nobody'), { state: 'absent' });
    const pair = certificate('usurper');
    incusd.signal('SIGKILL');
    await incusd.ended();
    for (const name of ['server.crt', 'server.key']) copyFileSync(join(incusd.dir, name), join(scratch, name));
    copyFileSync(pair.certFile, join(incusd.dir, 'server.crt'));
    copyFileSync(pair.keyFile, join(incusd.dir, 'server.key'));
    await incusd.startAgain();
    const fact = await eventually(() => incus.reader.instance(incusd.project, 'nobody'), 'CertificateWrong');
    isUnknown(fact, 'CertificateWrong', /./);
    incusd.signal('SIGKILL');
    await incusd.ended();
    for (const name of ['server.crt', 'server.key']) copyFileSync(join(scratch, name), join(incusd.dir, name));
    await incusd.startAgain();
    assert.equal((await eventually(() => incus.reader.instance(incusd.project, 'nobody'), 'absent')).state, 'absent');
  });

  it('tells a certificate that the server does not trust, and is trusted as soon as the server says so', async () => {
    const pair = certificate('stranger');
    const incus = open(server(pair));
    isUnknown(
      await incus.reader.instance(incusd.project, 'nobody'),
      'ServerUntrusted',
      /incus config trust add-certificate/,
    );
    await assert.rejects(incus.writer.delete({ project: incusd.project, name: 'any' }), { reason: 'ServerUntrusted' });
    await trust(incusd.admin, pair.certFile, {});
    assert.deepEqual(await incus.reader.instance(incusd.project, 'nobody'), { state: 'absent' });
    const list = await incusd.admin.ask({ method: 'GET', path: '/1.0/certificates?recursion=1' });
    const { fingerprint } = list.find((each: { name: string }) => each.name === pair.certFile);
    await incusd.admin.run({ method: 'DELETE', path: `/1.0/certificates/${fingerprint}` });
    isUnknown(await incus.reader.instance(incusd.project, 'nobody'), 'ServerUntrusted', /removed/);
  });

  it('tells a certificate that may not use the project', async () => {
    const pair = certificate('restricted');
    await trust(incusd.admin, pair.certFile, { projects: [incusd.project] });
    const { reader } = open(server(pair));
    assert.deepEqual(await reader.instance(incusd.project, 'nobody'), { state: 'absent' });
    isUnknown(await reader.instance('elsewhere', 'nobody'), 'NotAuthorized', /incus config trust edit/);
  });

  it('notices that a certificate expires while it is in use', async () => {
    const real = createSystemClock();
    let aheadMs = 0;
    const clock: Clock = { ...real, now: () => ({ ...real.now(), wallMs: real.now().wallMs + aheadMs }) };
    const incus = open(server(), clock);
    assert.deepEqual(await incus.reader.instance(incusd.project, 'nobody'), { state: 'absent' });
    aheadMs = 31 * 24 * 3_600_000;
    isUnknown(await incus.reader.instance(incusd.project, 'nobody'), 'ClientCertificateExpired', /make a new one/);
    isUnknown(await look(server(), clock), 'ClientCertificateExpired', /expired at \d{4}-\d\d-\d\dT/);
    aheadMs = -24 * 3_600_000;
    isUnknown(await look(server(), clock), 'ClientCertificateExpired', /is not valid before .*clock of this host/);
    aheadMs = 0;
    assert.deepEqual(await incus.reader.instance(incusd.project, 'nobody'), { state: 'absent' });
  });

  it('takes up a renewed certificate without being started again', async () => {
    const pair = certificate('renewed');
    await trust(incusd.admin, pair.certFile, {});
    const incus = open(server(pair));
    assert.deepEqual(await incus.reader.instance(incusd.project, 'nobody'), { state: 'absent' });
    const stranger = certificate('renewal');
    renameSync(stranger.keyFile, pair.keyFile);
    renameSync(stranger.certFile, pair.certFile);
    isUnknown(await incus.reader.instance(incusd.project, 'nobody'), 'ServerUntrusted', /./);
  });

  it('accepts by fingerprint a server certificate that an authority signed', async () => {
    const authority = certificate('authority');
    const signed = { certFile: join(scratch, 'signed.crt'), keyFile: join(scratch, 'signed.key') };
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', signed.keyFile];
    const issuer = ['-CA', authority.certFile, '-CAkey', authority.keyFile];
    execFileSync(
      'openssl',
      ['req', '-x509', ...key, ...issuer, '-days', '30', '-subj', '/CN=signed', '-out', signed.certFile],
      { stdio: 'ignore' },
    );
    const listening = await startListeningServer({
      cert: readFileSync(signed.certFile),
      key: readFileSync(signed.keyFile),
    });
    try {
      const der = execFileSync('openssl', [
        'x509',
        '-in',
        signed.certFile,
        '-noout',
        '-fingerprint',
        '-sha256',
      ]).toString();
      const fingerprint = der.slice(der.indexOf('=') + 1).trim();
      isUnknown(await look(server({ url: listening.url, fingerprint })), 'ServerHung', /does not answer in time/);
      assert.match(listening.received(), /^GET \/1\.0 HTTP\/1\.1/);
    } finally {
      await listening.close();
    }
  });
});

function isUnknown(fact: Fact<unknown>, reason: IncusUnknown, text: RegExp): void {
  assert.equal(fact.state === 'unknown' ? fact.reason : fact.state, reason, JSON.stringify(fact));
  assert.match(fact.state === 'unknown' ? fact.message : '', text);
}

async function eventually(read: () => Promise<Fact<unknown>>, wanted: string): Promise<Fact<unknown>> {
  for (let attempt = 0; ; attempt += 1) {
    const fact = await read();
    if ((fact.state === 'unknown' ? fact.reason : fact.state) === wanted || attempt > 100) return fact;
    await createSystemClock().sleep(50);
  }
}
