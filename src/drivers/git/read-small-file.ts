import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import type { Fact } from '#api/fact.ts';
import { ABSENT, known, unknown } from '#api/fact.ts';

/**
 * The text of a regular file of at most `maxBytes`. `absent`: no such file, or something that is no file.
 * Opened so that a pipe left in its place can not make the caller wait. Read at once: these files are small and local,
 * and a trip to the worker threads, which also wait for disks, takes many times as long as the reading.
 */
export async function readSmallFile(path: string, maxBytes: number): Promise<Fact<string>> {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const stat = fstatSync(file);
    if (!stat.isFile()) return ABSENT;
    if (stat.size > maxBytes)
      return unknown('FileTooLarge', `File "${path}" has ${stat.size} bytes, expected at most ${maxBytes}`);
    return known(readFileSync(file, 'utf8'));
  } catch (error) {
    return missingOrUnknown(error, path);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Turns a failed file call into a fact: positively absent, not allowed, or unreadable. */
export function missingOrUnknown(error: unknown, path: string): Fact<never> {
  const code = errorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return ABSENT;
  if (code === 'EACCES' || code === 'EPERM')
    return unknown('PermissionDenied', `Not allowed to read "${path}" (${code})`);
  return unknown('Unreadable', `Could not read "${path}": ${code ?? String(error)}`);
}

/** The system's short name of an error (`ENOENT`), if it has one. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
