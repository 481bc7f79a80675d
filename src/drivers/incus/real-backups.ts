import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ABSENT, known, unknown } from '#api/fact.ts';
import type { Fact } from '#api/fact.ts';

import { errorCode } from './failure.ts';
import type { BackupStore, BackupTarget, BackupView } from './backup.ts';
import { projectPath } from './incus-api.ts';
import type { IncusApi } from './incus-api.ts';
import { IncusError } from './incus.ts';
import type { Transport } from './transport.ts';

/** What a restore reads first; the server puts it at the beginning. */
const INDEX = 'backup/index.yaml';

/** A store of backups in owner-only files. A file is whole when its note (`PATH.json`) stands beside it. */
export function createBackups(transport: Transport, api: IncusApi): BackupStore {
  const running = new Map<string, BackupView>();

  async function look(path: string): Promise<Fact<BackupView>> {
    const now = running.get(path);
    if (now === undefined) return readNote(path);
    if (now.state !== 'Writing') return known(now);
    const bytes = await stat(partOf(path)).then(
      ({ size }) => size,
      () => 0,
    );
    return known({ ...now, bytes });
  }

  async function fetch(target: BackupTarget): Promise<void> {
    const { path } = target;
    if (running.get(path)?.state === 'Writing') return;
    running.set(path, { state: 'Writing', bytes: 0 });
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    void download({ transport, api }, target).then(
      () => running.delete(path),
      (cause: unknown) => {
        const error = cause instanceof Error ? cause.message : String(cause);
        running.set(path, { state: 'Failed', bytes: 0, error });
      },
    );
  }

  return { look, fetch };
}

async function download(at: { transport: Transport; api: IncusApi }, target: BackupTarget): Promise<void> {
  const { project, name, backup, path } = target;
  const part = partOf(path);
  await rm(part, { force: true });
  await at.api.greet();
  const from = projectPath(project, ['instances', name, 'backups', backup, 'export']);
  await at.transport.exchange({ method: 'GET', path: from }, (response) => keep(response, part));
  const handle = await open(part, 'r');
  await handle.sync();
  await handle.close();
  const { error, ...seen } = await readBack(part);
  if (error !== undefined) throw new IncusError('ServerError', `the backup that arrived can not be restored: ${error}`);
  await rename(part, path);
  await writeFile(`${path}.json`, JSON.stringify(seen), { mode: 0o600, flush: true });
}

async function keep(response: IncomingMessage, part: string): Promise<void> {
  if (response.statusCode !== 200) {
    response.resume();
    throw new IncusError('Refused', `the server does not hand out the backup: HTTP ${String(response.statusCode)}`);
  }
  await pipeline(response, createWriteStream(part, { mode: 0o600 }));
}

type ReadBack = { readonly bytes: number; readonly sha256: string; readonly error?: string };

// The whole way that a restore would go: every byte through the checksum of the compression, and the index found in it.
async function readBack(path: string): Promise<ReadBack> {
  const hash = createHash('sha256');
  let bytes = 0;
  let head = Buffer.alloc(0);
  const first = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (head.length < INDEX.length) head = Buffer.concat([head, chunk]).subarray(0, 512);
      done();
    },
  });
  const file = createReadStream(path);
  file.on('data', (chunk) => {
    hash.update(chunk);
    bytes += chunk.length;
  });
  try {
    await pipeline(file, createGunzip(), first);
  } catch (cause) {
    const error = `it is cut off or damaged (${errorCode(cause) || String(cause)})`;
    return { bytes, sha256: hash.digest('hex'), error };
  }
  const sha256 = hash.digest('hex');
  const hasIndex = head.subarray(0, INDEX.length).toString('latin1') === INDEX;
  return { bytes, sha256, ...(hasIndex ? {} : { error: `it does not begin with ${INDEX}` }) };
}

async function readNote(path: string): Promise<Fact<BackupView>> {
  try {
    const note: unknown = JSON.parse(await readFile(`${path}.json`, 'utf8'));
    const { size } = await stat(path);
    const sha256 = (note as { sha256?: unknown }).sha256;
    const isWhole = (note as { bytes?: unknown }).bytes === size && typeof sha256 === 'string';
    return isWhole ? known({ state: 'Done', bytes: size, sha256 }) : ABSENT;
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT' || cause instanceof SyntaxError) return ABSENT;
    return unknown('FileUnreadable', `could not read the note of backup "${path}": ${errorCode(cause)}`);
  }
}

function partOf(path: string): string {
  return `${path}.part`;
}
