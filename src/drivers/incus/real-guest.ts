import { ABSENT, known } from '#api/fact.ts';
import type { Fact } from '#api/fact.ts';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { posix } from 'node:path';

import { fieldsOf, textOf } from './answer.ts';
import { refusalReason } from './failure.ts';
import type { GuestCommand, GuestFile, GuestFileRequest, GuestReader, GuestWriter } from './guest.ts';
import { asFact, projectPath } from './incus-api.ts';
import type { IncusApi } from './incus-api.ts';
import type { IncusReads } from './incus-reader.ts';
import { IncusError } from './incus.ts';
import type { InstanceTarget } from './incus.ts';
import type { BytesExchange, Transport } from './transport.ts';

const MAX_FILE_BYTES = 1024 * 1024;
/** Waits of the server for a short command, in seconds. */
const SHORT_WAIT_S = 5;

type Reply = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly bytes: Buffer };

/** A reader and a writer of what is in instances, over the file and exec API. */
export function createGuest(
  transport: Transport,
  api: IncusApi,
  reads: IncusReads,
): { readonly reader: GuestReader; readonly writer: GuestWriter } {
  const at = { transport, api, reads };
  return {
    reader: { file: (target, path) => asFact(() => readFile(at, target, path)) },
    writer: {
      putFile: (target, file) => putFile(at, target, file),
      run: (target, command) => run(at, target, command),
    },
  };
}

type Connection = { readonly transport: Transport; readonly api: IncusApi; readonly reads: IncusReads };

async function readFile(at: Connection, target: InstanceTarget, path: string): Promise<Fact<GuestFile>> {
  const reply = await send(at, { method: 'GET', path: filePath(target, path) });
  if (reply.status === 404) return isMissingFile(reply) ? ABSENT : await refused(at, target, reply);
  if (reply.status !== 200) return await refused(at, target, reply);
  const type = header(reply, 'type');
  if (type !== 'file')
    throw new IncusError('Refused', `"${path}" in instance "${target.name}" is a ${type}, not a file`);
  const [uid, gid] = [Number(header(reply, 'uid')), Number(header(reply, 'gid'))];
  return known({ mode: header(reply, 'mode').padStart(4, '0'), uid, gid, bytes: reply.bytes });
}

// The server answers 404 for a missing file without naming an instance or a project.
function isMissingFile(reply: Reply): boolean {
  return !/instance|project/i.test(errorText(reply));
}

async function refused(at: Connection, { project, name }: InstanceTarget, reply: Reply): Promise<never> {
  const text = errorText(reply);
  const reason = refusalReason(reply.status, text);
  if (reason === 'ProjectMissing') await at.api.requireProject(project);
  throw new IncusError(reason, `${at.transport.place} refused to look into instance "${name}": ${text}`);
}

function errorText(reply: Reply): string {
  try {
    return textOf(fieldsOf(JSON.parse(reply.bytes.toString('utf8'))).error) || `HTTP ${reply.status}`;
  } catch {
    return `HTTP ${reply.status}`;
  }
}

async function putFile(at: Connection, target: InstanceTarget, file: GuestFileRequest): Promise<void> {
  for (const folder of parentsOf(file.path)) await post(at, target, { path: folder, type: 'directory', mode: '0755' });
  const instance = await at.reads.instance(target.project, target.name);
  const isUp = instance.state === 'known' && ['Running', 'Ready'].includes(instance.value.status);
  // Mode and owner are set at creation only, so what stands there is taken away first. A stopped instance has no reader
  // that could see the gap.
  const at1 = isUp ? `${file.path}.ccci-new` : file.path;
  await send(at, { method: 'DELETE', path: filePath(target, at1) });
  await post(at, target, { ...file, path: at1, type: 'file' });
  if (isUp) await runShort(at, target, ['mv', '-f', '--', at1, file.path]);
}

type Posting = {
  readonly path: string;
  readonly type: 'file' | 'directory';
  readonly mode: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly bytes?: Buffer;
};

async function post(at: Connection, target: InstanceTarget, posting: Posting): Promise<void> {
  const { type, mode, uid = 0, gid = 0, bytes = Buffer.alloc(0) } = posting;
  const words = { type, mode, uid: String(uid), gid: String(gid), write: 'overwrite' };
  const families = Object.entries(words).flatMap(([word, value]): [string, string][] => [
    [`x-incus-${word}`, value],
    [`x-lxd-${word}`, value],
  ]);
  // Without this content type the server writes an empty file and says that all is well.
  const headers: Record<string, string> = {
    ...Object.fromEntries(families),
    'content-type': 'application/octet-stream',
  };
  const reply = await send(at, { method: 'POST', path: filePath(target, posting.path), headers, bytes });
  if (reply.status !== 200) await refused(at, target, reply);
}

// The work is done by the guest alone once it was begun: it writes down how it ended, whoever is still there to ask.
const RECORDED = [
  'd=$1 t=$2; shift 2; umask 077',
  'mkdir -p "$d" && rm -f "$d/exit" || exit 1',
  'if command -v timeout >/dev/null 2>&1; then set -- timeout "$t" "$@"; fi',
  '"$@" >"$d/output" 2>&1 </dev/null; s=$?',
  'printf "%s\\n" "$s" >"$d/exit.new" && mv -f "$d/exit.new" "$d/exit"',
].join('\n');

async function run(at: Connection, target: InstanceTarget, command: GuestCommand): Promise<string> {
  const { folder, argv, environment, timeoutS } = command;
  const words = ['/bin/sh', '-c', RECORDED, 'sh', folder, String(Math.ceil(timeoutS)), ...argv];
  return await exec(at, target, { command: words, environment });
}

async function runShort(at: Connection, target: InstanceTarget, command: readonly string[]): Promise<void> {
  const id = await exec(at, target, { command, environment: {} });
  const found = await at.api.readGlobal(`/1.0/operations/${encodeURIComponent(id)}/wait?timeout=${SHORT_WAIT_S}`);
  const result = found.state === 'known' ? fieldsOf(found.value.metadata.metadata).return : undefined;
  if (result !== 0)
    throw new IncusError('Refused', `"${command.join(' ')}" in instance "${target.name}" ended with ${String(result)}`);
}

async function exec(
  at: Connection,
  { project, name }: InstanceTarget,
  what: { readonly command: readonly string[]; readonly environment: Readonly<Record<string, string>> },
): Promise<string> {
  const path = projectPath(project, ['instances', name, 'exec']);
  const body = { ...what, 'record-output': false, 'wait-for-websocket': false, interactive: false };
  return await at.api.begin(`run a program in instance "${name}"`, { method: 'POST', path, body });
}

async function send({ transport, api }: Connection, exchange: BytesExchange): Promise<Reply> {
  // The first request asks who the server takes us for; a reply that is no JSON would not tell.
  await api.greet();
  return await transport.exchange(exchange, readReply);
}

async function readReply(response: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_FILE_BYTES) throw new IncusError('Refused', `the file is larger than ${MAX_FILE_BYTES} bytes`);
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(chunks) };
}

function filePath({ project, name }: InstanceTarget, path: string): string {
  return projectPath(project, ['instances', name, 'files'], `&path=${encodeURIComponent(path)}`);
}

function parentsOf(path: string): readonly string[] {
  const steps = posix.dirname(path).split('/').filter(Boolean);
  return steps.map((_step, index) => `/${steps.slice(0, index + 1).join('/')}`);
}

function header({ headers }: Reply, word: string): string {
  const value = headers[`x-incus-${word}`] ?? headers[`x-lxd-${word}`];
  return typeof value === 'string' ? value : '';
}
