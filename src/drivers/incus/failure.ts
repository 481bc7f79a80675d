import { IncusError } from './incus.ts';
import type { IncusReason } from './incus.ts';

/** The texts by which a server tells what it refused (they carry no code; wordings of Incus 6 and LXD 5). */
const REFUSALS: readonly (readonly [RegExp, IncusReason])[] = [
  [/Reached maximum (aggregate value|number of instances)/, 'CapExceeded'],
  [/UNIQUE constraint failed: instances\.|"instances" entry already exists/, 'NameTaken'],
  [/Instance is busy running|[Ii]nstance is busy/, 'Busy'],
  [/Image not provided for instance creation|[Ii]mage (alias )?("[^"]*" )?not found|No matching image/, 'ImageMissing'],
  [/^(Certificate is restricted|not authorized)|does not have permissions? for project/, 'NotAuthorized'],
  [/Project not found/, 'ProjectMissing'],
  [/^Shutting down/, 'ShuttingDown'],
];

/** What a refusal means, from its HTTP status (0 when it came with an operation) and the server's text. */
export function refusalReason(httpStatus: number, text: string): IncusReason {
  const found = REFUSALS.find(([pattern]) => pattern.test(text));
  if (found !== undefined) return found[1];
  if (httpStatus === 403) return 'NotAuthorized';
  return httpStatus === 503 ? 'ShuttingDown' : 'Refused';
}

const NETWORK = /^(ECONN|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|EPIPE|EADDRNOTAVAIL|ENOENT)/;
const CERTIFICATE = /CERT|SIGNATURE|ISSUER|SELF_SIGNED|CRL|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH/;

/** Turns a failure of the connection into an IncusError that says where and what to do next; an IncusError stays. */
export function connectionError(place: string, cause: unknown): IncusError {
  if (cause instanceof IncusError) return cause;
  const code = errorCode(cause);
  const text = cause instanceof Error ? cause.message : String(cause);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return altnameError(place, cause);
  if (code === 'EACCES' || code === 'EPERM') {
    const advice = 'give this user access to it (on Debian: the group "incus-admin")';
    return new IncusError('NotAuthorized', `can not open ${place}: ${code}; ${advice}`, { cause });
  }
  if (NETWORK.test(code) || code === '') {
    const advice = 'check that the server runs and the address is right';
    return new IncusError('ServerUnreachable', `can not reach ${place}: ${code || text}; ${advice}`, { cause });
  }
  if (CERTIFICATE.test(code) && !code.startsWith('ERR_SSL')) {
    const advice = "set spec.server.caFile to the server's certificate, or spec.server.fingerprint to its SHA-256";
    return new IncusError('CertificateWrong', `the certificate of ${place} is not trusted: ${code}; ${advice}`, {
      cause,
    });
  }
  return new IncusError('ServerError', `${place} does not answer as an Incus server: ${code}; check the port`, {
    cause,
  });
}

/** The `code` of a system or TLS error, or ''. */
export function errorCode(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return '';
  return typeof cause.code === 'string' ? cause.code : '';
}

function altnameError(place: string, cause: unknown): IncusError {
  return new IncusError(
    'CertificateWrong',
    `the certificate of ${place} is valid but made out to another name (Incus names only its host name and loopback); ` +
      `use a name that it carries, or replace spec.server.caFile by spec.server.fingerprint, which checks the certificate itself`,
    { cause },
  );
}
