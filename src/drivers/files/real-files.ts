import { constants } from 'node:fs';
import { mkdir, open, opendir, readdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ABSENT, known, unknown, type Fact } from '#api/fact.ts';
import type { Files } from './files.ts';

/** The local file system. */
export function createFiles(): Files {
  return {
    readText: (path, maxBytes) => factOf(`file "${path}"`, () => readText(path, maxBytes)),
    folder: (path) => factOf(`folder "${path}"`, () => folder(path)),
    write,
    remove: (path) => rm(path, { recursive: true, force: true }),
    makeFolder: async (path, mode) => {
      await mkdir(path, { recursive: true, ...(mode === undefined ? {} : { mode }) });
    },
    list: async (path) => {
      try {
        return (await readdir(path)).sort();
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return [];
        throw error;
      }
    },
  };
}

/** Missing is absent; anything else that goes wrong is unknown, with what the system said. */
async function factOf<T>(what: string, read: () => Promise<Fact<T>>): Promise<Fact<T>> {
  try {
    return await read();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return ABSENT;
    return unknown(
      'FileUnreadable',
      `${what} could not be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

async function readText(path: string, maxBytes: number): Promise<Fact<string>> {
  // Without O_NONBLOCK, opening a named pipe would wait for its other end.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { size } = await handle.stat().then((entry) => {
      if (!entry.isFile()) throw new Error('it is not a regular file');
      return entry;
    });
    if (size > maxBytes) return tooLarge(path, maxBytes);
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
      length += bytesRead;
      if (bytesRead === 0 || length > maxBytes) break;
    }
    if (length > maxBytes) return tooLarge(path, maxBytes);
    return known(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(buffer.subarray(0, length)));
  } finally {
    await handle.close();
  }
}

function tooLarge(path: string, maxBytes: number): Fact<never> {
  return unknown('FileTooLarge', `file "${path}" is larger than ${maxBytes} bytes`);
}

async function folder(path: string): Promise<Fact<{ empty: boolean }>> {
  const entries = await opendir(path);
  try {
    return known({ empty: (await entries.read()) === null });
  } finally {
    await entries.close();
  }
}

async function write(path: string, text: string, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      // The mode of `open` is cut by the umask; this one is not.
      await handle.chmod(mode);
      await handle.writeFile(text, 'utf8');
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new Error(`could not write file "${path}"`, { cause: error });
  }
  await syncFolder(dirname(path));
}

/** Makes the rename itself last; a file system that can not do this for folders keeps its own promises. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (codeOf(error) !== 'EINVAL') throw error;
  } finally {
    await handle.close();
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
