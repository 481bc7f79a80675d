import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Fact } from '#api/fact.ts';
import { createSystemClock } from '#drivers/clock/system-clock.ts';
import type { IncusServer, IncusUnknown } from '#drivers/incus/incus.ts';
import { createIncus } from '#drivers/incus/real-incus.ts';
import { makeCertificate } from '../../demo/incusd/incusd.ts';

type Https = Extract<IncusServer, { kind: 'https' }>;

describe('what a manifest names as client certificate, key and server identity', () => {
  let scratch: string;
  let good: { certFile: string; keyFile: string };

  before(() => {
    scratch = mkdtempSync(join(tmpdir(), `ccci-test-${process.pid}-credentials-`));
    good = certificate('good');
  });
  after(() => rmSync(scratch, { recursive: true, force: true }));

  /** Nothing listens at the address: each mistake is told before a connection is tried. */
  async function look(change: Partial<Https>): Promise<Fact<unknown>> {
    const identity = change.caFile === undefined ? { fingerprint: 'ab'.repeat(32) } : {};
    const to: Https = { kind: 'https', url: 'https://127.0.0.1:9', ...good, ...identity, ...change };
    const incus = createIncus(to, { clock: createSystemClock(), random: Math.random });
    const fact = await incus.reader.instance('any', 'any');
    incus.close();
    return fact;
  }

  function certificate(name: string): { certFile: string; keyFile: string } {
    const files = { certFile: join(scratch, `${name}.crt`), keyFile: join(scratch, `${name}.key`) };
    makeCertificate({ ...files, name });
    return files;
  }

  const brokenFiles: { reason: IncusUnknown; text: RegExp; because: string; files: () => Partial<Https> }[] = [
    {
      because: 'the certificate file is missing',
      reason: 'ClientCertificateMissing',
      text: /client certificate ".*none\.crt" does not exist/,
      files: () => ({ certFile: join(scratch, 'none.crt') }),
    },
    {
      because: 'the key file is missing',
      reason: 'ClientCertificateMissing',
      text: /client key ".*none\.key" does not exist/,
      files: () => ({ keyFile: join(scratch, 'none.key') }),
    },
    {
      because: 'the certificate can not be read',
      reason: 'ClientCertificateMissing',
      text: /can not be read \(EISDIR\)/,
      files: () => ({ certFile: folder('unreadable') }),
    },
    {
      because: 'the certificate is not PEM',
      reason: 'ClientCertificateMissing',
      text: /is not PEM/,
      files: () => ({ certFile: file('text.crt', 'hello') }),
    },
    {
      because: 'the certificate is not one',
      reason: 'ClientCertificateMissing',
      text: /can not be parsed/,
      files: () => ({ certFile: file('broken.crt', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n') }),
    },
    {
      because: 'the key is open to all users',
      reason: 'ClientCertificateMissing',
      text: /mode 0644.*chmod 600/,
      files: () => exposed(),
    },
    {
      because: 'key and certificate are no pair',
      reason: 'ClientCertificateMissing',
      text: /does not belong to certificate/,
      files: () => ({ keyFile: certificate('other').keyFile }),
    },
    {
      because: 'the key is encrypted or broken',
      reason: 'ClientCertificateMissing',
      text: /unencrypted private key/,
      files: () => ({ keyFile: file('broken.key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n') }),
    },
    {
      because: 'the fingerprint is not one',
      reason: 'CertificateWrong',
      text: /expected 64 hex digits/,
      files: () => ({ fingerprint: 'sha256:…' }),
    },
    {
      because: 'the CA file is missing',
      reason: 'CertificateWrong',
      text: /server CA file ".*none\.pem" does not exist/,
      files: () => ({ caFile: join(scratch, 'none.pem') }),
    },
  ];
  for (const { reason, text, because, files } of brokenFiles) {
    it(`says ${reason} when ${because}`, async () => {
      const change = files();
      isUnknown(await look(change), reason, text);
    });
  }

  function file(name: string, text: string): string {
    writeFileSync(join(scratch, name), text, { mode: 0o600 });
    return join(scratch, name);
  }

  function folder(name: string): string {
    mkdirSync(join(scratch, name));
    return join(scratch, name);
  }

  function exposed(): Partial<Https> {
    const pair = certificate('exposed');
    chmodSync(pair.keyFile, 0o644);
    return pair;
  }

  it('says ServerUnreachable, with the address, when all files are right and nothing listens there', async () => {
    isUnknown(await look({}), 'ServerUnreachable', /"https:\/\/127\.0\.0\.1:9".*ECONNREFUSED/);
  });

  it('says ServerError when something listens there that does not speak TLS', async () => {
    const server = createServer((socket) =>
      socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    isUnknown(await look({ url: `https://127.0.0.1:${port}` }), 'ServerError', /check the port/);
    server.close();
  });

  it('says ServerUnreachable when the url is none', async () => {
    isUnknown(await look({ url: 'http://127.0.0.1:9' }), 'ServerUnreachable', /expected https:\/\/HOST:PORT/);
  });
});

function isUnknown(fact: Fact<unknown>, reason: IncusUnknown, text: RegExp): void {
  assert.equal(fact.state === 'unknown' ? fact.reason : fact.state, reason, JSON.stringify(fact));
  assert.match(fact.state === 'unknown' ? fact.message : '', text);
}
