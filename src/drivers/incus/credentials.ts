import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { errorCode } from './failure.ts';
import { IncusError } from './incus.ts';

/** What ccci shows a server to say who it is, as PEM texts, and until when it is valid (epoch ms). */
export type Credentials = {
  readonly cert: string;
  readonly key: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
};

/**
 * Reads the client certificate and its key and checks that they belong together. Throws IncusError
 * ClientCertificateMissing with what is wrong (missing, unreadable, not PEM, a key others can read, no pair).
 */
export async function readCredentials(files: { certFile: string; keyFile: string }): Promise<Credentials> {
  const cert = await readPem('client certificate', files.certFile);
  await refuseExposedKey(files.keyFile);
  const key = await readPem('client key', files.keyFile);
  const parsed = parseCertificate(cert, files.certFile);
  checkPair(parsed, key, files);
  return { cert, key, notBeforeMs: Date.parse(parsed.validFrom), notAfterMs: Date.parse(parsed.validTo) };
}

/** Throws IncusError ClientCertificateExpired unless the certificate is valid at `wallMs`: a server only says "not authorized". */
export function checkValidity(credentials: Credentials, certFile: string, wallMs: number): void {
  const { notBeforeMs, notAfterMs } = credentials;
  if (wallMs > notAfterMs) {
    const text = `client certificate "${certFile}" expired at ${new Date(notAfterMs).toISOString()}; make a new one and let the server trust it`;
    throw new IncusError('ClientCertificateExpired', text);
  }
  if (wallMs < notBeforeMs) {
    const text = `client certificate "${certFile}" is not valid before ${new Date(notBeforeMs).toISOString()}; check the clock of this host`;
    throw new IncusError('ClientCertificateExpired', text);
  }
}

/** Reads a PEM file that a manifest names; `what` names it in the error, which carries `reason`. */
export async function readPem(
  what: string,
  path: string,
  reason: IncusError['reason'] = 'ClientCertificateMissing',
): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const code = errorCode(cause);
    const state = code === 'ENOENT' ? 'does not exist' : `can not be read (${code})`;
    throw new IncusError(reason, `${what} "${path}" ${state}; expected a PEM file that this user can read`, { cause });
  });
  if (!text.includes('-----BEGIN ')) {
    throw new IncusError(reason, `${what} "${path}" is not PEM; expected a text that starts with "-----BEGIN"`);
  }
  return text;
}

async function refuseExposedKey(path: string): Promise<void> {
  const mode = await stat(path).then(
    (found) => found.mode & 0o777,
    () => 0,
  );
  if ((mode & 0o007) === 0) return;
  const text = `client key "${path}" is open to every user (mode 0${mode.toString(8)}); expected 0600: run chmod 600 '${path}'`;
  throw new IncusError('ClientCertificateMissing', text);
}

function parseCertificate(pem: string, path: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    const text = `client certificate "${path}" can not be parsed; expected an X.509 certificate in PEM`;
    throw new IncusError('ClientCertificateMissing', text, { cause });
  }
}

function checkPair(certificate: X509Certificate, keyPem: string, files: { certFile: string; keyFile: string }): void {
  let fits: boolean;
  try {
    fits = certificate.checkPrivateKey(createPrivateKey(keyPem));
  } catch (cause) {
    const text = `client key "${files.keyFile}" can not be used; expected an unencrypted private key in PEM`;
    throw new IncusError('ClientCertificateMissing', text, { cause });
  }
  if (fits) return;
  const text = `client key "${files.keyFile}" does not belong to certificate "${files.certFile}"; give the two files of one pair`;
  throw new IncusError('ClientCertificateMissing', text);
}
