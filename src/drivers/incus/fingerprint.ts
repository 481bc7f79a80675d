import { createHash } from 'node:crypto';
import { connect } from 'node:tls';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { connectionError } from './failure.ts';
import { IncusError } from './incus.ts';
import type { Clock } from '../clock/clock.ts';

/** Where a TLS server listens, how it is called in messages, and how long it may take to connect. */
export type TlsPlace = {
  readonly host: string;
  readonly port: number;
  readonly place: string;
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
};

/** A SHA-256 fingerprint as 64 lower-case hex digits, from any usual spelling; throws IncusError CertificateWrong otherwise. */
export function parseFingerprint(text: string): string {
  const hex = text
    .trim()
    .toLowerCase()
    .replace(/^sha-?256[:=]/, '')
    .replaceAll(':', '');
  if (/^[0-9a-f]{64}$/.test(hex)) return hex;
  throw new IncusError(
    'CertificateWrong',
    `server fingerprint "${text}" is not a SHA-256; expected 64 hex digits, as "incus info" prints as certificate_fingerprint`,
  );
}

/**
 * Fetches the server's certificate over a bare TLS connection (no client certificate, not one byte of a request) and
 * answers it as PEM when its SHA-256 is `fingerprint`. Throws IncusError: CertificateWrong on a mismatch.
 */
export async function learnPinnedCertificate(at: TlsPlace, fingerprint: string): Promise<string> {
  const socket = connect({ host: at.host, port: at.port, rejectUnauthorized: false, ...serverName(at.host) });
  try {
    await handshake(socket, at);
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) throw new IncusError('CertificateWrong', `${at.place} shows no certificate`);
    const seen = createHash('sha256').update(certificate.raw).digest('hex');
    if (seen !== fingerprint) throw pinMismatch(at.place, seen, fingerprint);
    return certificate.toString();
  } catch (cause) {
    throw connectionError(at.place, cause);
  } finally {
    socket.destroy();
  }
}

/** Compares the certificate of a connection with the pin, in place of a check of the host name. For `checkServerIdentity`. */
export function pinCheck(
  place: string,
  fingerprint: string,
): (host: string, certificate: PeerCertificate) => Error | undefined {
  return (_host, certificate) => {
    const seen = createHash('sha256').update(certificate.raw).digest('hex');
    return seen === fingerprint ? undefined : pinMismatch(place, seen, fingerprint);
  };
}

/** The `servername` option for a host: IP addresses are not allowed there. */
export function serverName(host: string): { servername?: string } {
  return /^[0-9.]+$|:/.test(host) ? {} : { servername: host };
}

function pinMismatch(place: string, seen: string, expected: string): IncusError {
  return new IncusError(
    'CertificateWrong',
    `the certificate of ${place} has SHA-256 "${seen}", expected "${expected}": this may be another server; ` +
      `ask its operator, and change spec.server.fingerprint only when that is the new certificate`,
  );
}

function handshake(socket: TLSSocket, at: TlsPlace): Promise<void> {
  return new Promise((resolve, reject) => {
    let connected = false;
    const cancel = at.clock.after(at.connectTimeoutMs, () => reject(slowConnect(at.place, connected)));
    socket.once('connect', () => (connected = true));
    socket.once('secureConnect', () => {
      cancel();
      resolve();
    });
    socket.once('error', (cause) => {
      cancel();
      reject(cause);
    });
    socket.once('close', () => {
      cancel();
      reject(new Error('closed in the TLS handshake'));
    });
  });
}

/** The error of a connection that was not there in time: silent after TCP is a hung server, before it an unreachable one. */
export function slowConnect(place: string, tcpConnected: boolean): IncusError {
  if (tcpConnected) return hung(place);
  const text = `can not connect to ${place} in time; check the address and the network`;
  return new IncusError('ServerUnreachable', text);
}

/** The error of a server that takes connections or requests and then says nothing; the same words for both. */
export function hung(place: string): IncusError {
  return new IncusError(
    'ServerHung',
    `${place} accepts connections but does not answer in time; look at the daemon there`,
  );
}
