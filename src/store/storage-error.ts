import { ConflictError, StorageError } from './store.ts';
import { InvalidKeyError } from './key.ts';

/** What an errno means for a person, and what to do about it. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space',
  EDQUOT: 'the disk quota is used up; free some space',
  EROFS: 'the file system is read-only; mount it for writing or choose another --state-dir',
  EACCES: 'permission is denied; the state directory and everything in it must belong to the user who runs ccci',
  EPERM: 'permission is denied; the state directory and everything in it must belong to the user who runs ccci',
  EIO: 'the disk reports an error; look at the kernel log',
  EMFILE: 'too many files are open; raise the limit (ulimit -n)',
  ENFILE: 'too many files are open on this machine',
  ENOTDIR: 'a file stands where a folder must be',
};

/** The StorageError for a failed file operation; store errors and programming mistakes come back as they are. */
export function toStorageError(action: string, error: unknown): unknown {
  if (error instanceof StorageError || error instanceof ConflictError || error instanceof InvalidKeyError) return error;
  if (!isErrno(error)) return error;
  const where = error.path === undefined ? '' : ` at "${error.path}"`;
  const why = ADVICE[error.code] ?? error.message;
  return new StorageError('StorageUnavailable', `could not ${action}${where}: ${why}; nothing was lost`, {
    cause: error,
  });
}

/** True for an error that a system call answered with. */
export function isErrno(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'code' in error && 'errno' in error && typeof error.code === 'string';
}
