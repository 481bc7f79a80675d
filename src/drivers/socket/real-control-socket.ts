import { chmod, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { getuid } from 'node:process';
import { ABSENT, known, unknown, type Fact } from '#api/fact.ts';
import type { ControlAsker, ControlListener, ControlServer, Json } from './control-socket.ts';
import { encodeMessage, readMessage } from './line-message.ts';

/** A unix socket's address holds 108 bytes on Linux, with its final zero; longer paths would be cut silently. */
const MAX_PATH_BYTES = 100;
/** How long a connected asker may take to send its request, and how long somebody else's socket gets to show life, ms. */
const PATIENCE_MS = 5000;

/** The control channel over a unix socket of mode 0600 in a folder of mode 0700. */
export function createControlSocket(): ControlListener & ControlAsker {
  return { serve, ask };
}

async function serve(path: string, handle: (request: Json) => Promise<Json>): Promise<ControlServer> {
  checkPath(path);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await checkFolder(path);
  if (await somebodyListens(path)) {
    throw new Error(`could not listen on "${path}": another process answers there; end it first`);
  }
  await rm(path, { force: true });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    void answer(socket, handle);
  });
  await listen(server, path);
  return {
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
      await rm(path, { force: true });
    },
  };
}

/** Listens under another name and moves the socket into place with its final mode, so that it is never open to others. */
async function listen(server: Server, path: string): Promise<void> {
  const early = `${path}.new`;
  await rm(early, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new Error(`could not listen on "${path}"`, { cause: error })));
    server.listen(early, resolve);
  });
  await chmod(early, 0o600);
  await rename(early, path);
}

async function answer(socket: Socket, handle: (request: Json) => Promise<Json>): Promise<void> {
  // An asker that goes away in the middle is no error of the controller.
  socket.on('error', () => undefined);
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  try {
    const request = await readMessage(socket);
    socket.setTimeout(0);
    socket.end(encodeMessage({ response: await handle(request) }));
  } catch (error) {
    socket.end(encodeMessage({ error: error instanceof Error ? error.message : String(error) }));
  }
}

async function ask(path: string, request: Json, timeoutMs: number): Promise<Fact<Json>> {
  checkPath(path);
  const bytes = encodeMessage(request);
  const socket = connect(path);
  const timer = setTimeout(() => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    const answered = readMessage(socket);
    socket.on('connect', () => socket.write(bytes));
    return readAnswer(path, await answered);
  } catch (error) {
    if (isNobody(error)) return ABSENT;
    const cause = error instanceof Error ? error.message : String(error);
    return unknown('ControllerUnreachable', `the controller on "${path}" could not be asked: ${cause}`);
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

function readAnswer(path: string, message: Json): Fact<Json> {
  if (message !== null && typeof message === 'object' && !Array.isArray(message)) {
    const fields = new Map(Object.entries(message));
    const response = fields.get('response');
    if (response !== undefined) return known(response);
    return unknown('ControllerRefused', `the controller on "${path}" refused: ${String(fields.get('error'))}`);
  }
  return unknown('ControllerUnreachable', `the process on "${path}" does not speak the control protocol`);
}

/** True unless the socket file is missing or refuses: doubt counts as "somebody". */
function somebodyListens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const end = (listens: boolean): void => {
      socket.destroy();
      resolve(listens);
    };
    socket.setTimeout(PATIENCE_MS, () => end(true));
    socket.on('connect', () => end(true));
    socket.on('error', (error) => end(!isNobody(error)));
  });
}

function isNobody(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED');
}

async function checkFolder(path: string): Promise<void> {
  const entry = await lstat(dirname(path));
  if (entry.uid !== getuid?.() || (entry.mode & 0o077) !== 0) {
    throw new Error(
      `could not listen on "${path}": its folder must belong to this user with mode 0700; run chmod 0700 on it`,
    );
  }
}

function checkPath(path: string): void {
  const bytes = Buffer.byteLength(path);
  if (bytes > MAX_PATH_BYTES) {
    throw new Error(
      `socket path "${path}" has ${bytes} bytes, at most ${MAX_PATH_BYTES} fit; use a shorter state directory`,
    );
  }
}
