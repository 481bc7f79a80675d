import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ABSENT, known, unknown, type Fact } from '#api/fact.ts';

/** A file that is to be put elsewhere: its bytes and, when it begins with a PEM certificate, how long that is valid (epoch ms). */
export type SourceFile = { readonly bytes: Buffer; readonly certificate?: CertificateTimes };

/** When a certificate becomes and stops being valid, epoch ms. */
export type CertificateTimes = { readonly notBeforeMs: number; readonly notAfterMs: number };

/** Reads a file of the controller whole. */
export async function readSourceFile(path: string): Promise<Fact<SourceFile>> {
  try {
    const bytes = await readFile(path);
    const certificate = certificateTimes(bytes);
    return known(certificate === undefined ? { bytes } : { bytes, certificate });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return ABSENT;
    return unknown('FileUnreadable', `could not read "${path}" (${code}); let the controller's user read it`);
  }
}

/** How long the first certificate in a PEM text is valid; undefined when there is none. */
export function certificateTimes(bytes: Buffer): CertificateTimes | undefined {
  if (!bytes.includes('-----BEGIN CERTIFICATE-----')) return undefined;
  try {
    const { validFrom, validTo } = new X509Certificate(bytes);
    return { notBeforeMs: Date.parse(validFrom), notAfterMs: Date.parse(validTo) };
  } catch {
    return undefined;
  }
}
