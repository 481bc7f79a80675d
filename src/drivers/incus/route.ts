import { stat } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import type { Clock } from '../clock/clock.ts';
import { checkValidity, readCredentials, readPem } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import { learnPinnedCertificate, parseFingerprint, pinCheck, serverName } from './fingerprint.ts';
import { IncusError } from './incus.ts';
import type { IncusServer } from './incus.ts';

/** How to open a connection on which a request may be sent: the server behind it proves itself first, or it fails. */
export type Route =
  | { readonly kind: 'socket'; readonly path: string; readonly version: number }
  | {
      readonly kind: 'https';
      readonly host: string;
      readonly port: number;
      readonly tls: ConnectionOptions;
      /** Changes when the files behind it did: connections of an older version are not used again. */
      readonly version: number;
    };

/** Where a server is, its time limits and its clock: what a route and its messages need. */
export type RouteSettings = { readonly place: string; readonly connectTimeoutMs: number; readonly clock: Clock };

/** How a server is called in messages. */
export function placeOf(server: IncusServer): string {
  return server.kind === 'socket' ? `Incus socket "${server.path}"` : `Incus server "${server.url}"`;
}

/**
 * Answers the route to a server, which is made anew when certificate files change. Each call checks that the client
 * certificate is still valid. Throws IncusError with the reason.
 */
export function createRoute(server: IncusServer, settings: RouteSettings): () => Promise<Route> {
  if (server.kind === 'socket') return () => Promise.resolve({ kind: 'socket', path: server.path, version: 0 });
  let made: { stamp: string; route: Route; credentials: Credentials } | undefined;
  let version = 0;
  return async () => {
    const stamp = await stampOf([server.certFile, server.keyFile, server.caFile]);
    if (made === undefined || made.stamp !== stamp) {
      const credentials = await readCredentials(server);
      checkValidity(credentials, server.certFile, settings.clock.now().wallMs);
      version += 1;
      made = { stamp, credentials, route: await openRoute({ server, credentials, settings, version }) };
    }
    checkValidity(made.credentials, server.certFile, settings.clock.now().wallMs);
    return made.route;
  };
}

type HttpsServer = Extract<IncusServer, { kind: 'https' }>;
type Opening = { server: HttpsServer; credentials: Credentials; settings: RouteSettings; version: number };

async function openRoute(opening: Opening): Promise<Route> {
  const { server, credentials, settings, version } = opening;
  const { host, port } = parseUrl(server.url);
  const identity = await identityOptions(server, { ...settings, host, port });
  const tls = { cert: credentials.cert, key: credentials.key, ...serverName(host), ...identity };
  return { kind: 'https', host, port, tls, version };
}

async function identityOptions(
  server: HttpsServer,
  at: RouteSettings & { host: string; port: number },
): Promise<ConnectionOptions> {
  if (server.fingerprint !== undefined) {
    const pin = parseFingerprint(server.fingerprint);
    const ca = await learnPinnedCertificate(at, pin);
    // The learned certificate is the anchor itself, also when an authority signed it.
    return { ca, allowPartialTrustChain: true, rejectUnauthorized: true, checkServerIdentity: pinCheck(at.place, pin) };
  }
  if (server.caFile !== undefined) {
    const ca = await readPem('server CA file', server.caFile, 'CertificateWrong');
    return { ca, allowPartialTrustChain: true, rejectUnauthorized: true };
  }
  return { rejectUnauthorized: server.insecure !== true };
}

function parseUrl(url: string): { host: string; port: number } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || parsed.protocol !== 'https:') {
    throw new IncusError('ServerUnreachable', `server url "${url}" is not usable; expected https://HOST:PORT`);
  }
  return { host: parsed.hostname.replace(/^\[|\]$/g, ''), port: parsed.port === '' ? 443 : Number(parsed.port) };
}

async function stampOf(paths: readonly (string | undefined)[]): Promise<string> {
  const stamps = paths.map(async (path) => {
    if (path === undefined) return '-';
    const found = await stat(path).catch(() => undefined);
    return found === undefined ? 'missing' : `${found.ino}:${found.size}:${found.mtimeMs}:${found.mode}`;
  });
  return (await Promise.all(stamps)).join(' ');
}
