import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import type { Fact } from '#api/fact.ts';
import { known, unknown } from '#api/fact.ts';

/** A secret's text, and a stamp that changes when the file does. The stamp may be stored and shown; the text may not. */
export type SecretFile = { readonly text: string; readonly stamp: string };

/** Bits of a file's mode that let every user of the machine in. */
export const OPEN_TO_ALL = 0o006;
/** The same with the group, which ssh accepts for no private key. */
export const OPEN_TO_GROUP = 0o066;

const MAX_BYTES = 64 * 1024;

/**
 * Reads a file with a secret. Unknown reasons: SecretMissing, SecretUnreadable, and SecretExposed when its mode has one
 * of the bits in `refusedMode`; each message says what to do.
 */
export function readSecretFile(path: string, refusedMode = OPEN_TO_ALL): Fact<SecretFile> {
  let file: number | undefined;
  try {
    // Without O_NONBLOCK, a pipe in its place would make the caller wait.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const { mode, size, mtimeMs, ino, isFile } = stampOf(file);
    if (!isFile) return unknown('SecretUnreadable', `"${path}" is not a regular file; expected a file with the secret`);
    if ((mode & refusedMode) !== 0) return exposed(path, mode);
    if (size > MAX_BYTES)
      return unknown('SecretUnreadable', `"${path}" has ${size} bytes, expected at most ${MAX_BYTES}`);
    return known({ text: readFileSync(file, 'utf8'), stamp: `${ino}-${size}-${mtimeMs}` });
  } catch (error) {
    return notRead(path, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function stampOf(file: number) {
  const entry = fstatSync(file);
  const { mode, size, mtimeMs, ino } = entry;
  return { mode, size, mtimeMs, ino, isFile: entry.isFile() };
}

function exposed(path: string, mode: number): Fact<never> {
  const shown = (mode & 0o777).toString(8).padStart(4, '0');
  return unknown('SecretExposed', `"${path}" is open to other users (mode ${shown}); run: chmod 600 ${path}`);
}

function notRead(path: string, error: unknown): Fact<never> {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return unknown('SecretMissing', `there is no file "${path}"; put it there, or correct the path in the manifest`);
  return unknown('SecretUnreadable', `could not read "${path}" (${code}); let the controller's user read it`);
}
