import { spawn } from 'node:child_process';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the server treats every request: as git's own server, by refusing, or by not answering at all. */
export type ServerMood = 'Serving' | 'Unauthorized' | 'NotFound' | 'Failing' | 'Silent';

/** A git HTTP server on loopback. */
export type GitHttpServer = {
  /** Base URL; a repository is `${url}/name.git`. */
  readonly url: string;
  mood: ServerMood;
  /** User and password that are asked for, as `user:password`. */
  credentials: string | undefined;
  /** Stops listening and cuts every connection; `listen` takes the same port again. */
  stop(): Promise<void>;
  listen(): Promise<void>;
};

/** Serves the bare repositories under `root` with git's own `http-backend`. */
export async function startGitHttpServer(root: string, environment: Record<string, string>): Promise<GitHttpServer> {
  let port = 0;
  let server: Server | undefined;
  const self = {
    mood: 'Serving' as ServerMood,
    credentials: undefined as string | undefined,
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    async listen() {
      const next = createServer((request, response) => answer(self, { request, response, root, environment }));
      await new Promise<void>((resolve, reject) => next.once('error', reject).listen(port, '127.0.0.1', resolve));
      port = (next.address() as AddressInfo).port;
      server = next;
    },
    async stop() {
      const current = server;
      server = undefined;
      if (current === undefined) return;
      const closed = new Promise<void>((resolve) => current.close(() => resolve()));
      current.closeAllConnections();
      await closed;
    },
  };
  await self.listen();
  return self;
}

type Exchange = {
  request: IncomingMessage;
  response: ServerResponse;
  root: string;
  environment: Record<string, string>;
};

function answer(server: { mood: ServerMood; credentials: string | undefined }, exchange: Exchange): void {
  const { request, response } = exchange;
  const expected = server.credentials === undefined ? undefined : `Basic ${btoa(server.credentials)}`;
  if (server.mood === 'Silent') return;
  if (server.mood === 'Unauthorized' || (expected !== undefined && request.headers.authorization !== expected)) {
    response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' }).end();
  } else if (server.mood !== 'Serving') {
    response.writeHead(server.mood === 'NotFound' ? 404 : 503).end();
  } else {
    runBackend(exchange);
  }
}

function runBackend({ request, response, root, environment }: Exchange): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const child = spawn('git', ['http-backend'], {
    env: {
      ...environment,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      ...(typeof request.headers['git-protocol'] === 'string' ? { GIT_PROTOCOL: request.headers['git-protocol'] } : {}),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(child.stdin);
  child.stdin.on('error', () => undefined);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => sendCgi(Buffer.concat(chunks), response));
}

function sendCgi(output: Buffer, response: ServerResponse): void {
  const split = output.indexOf('\r\n\r\n');
  const headers = output.subarray(0, split).toString().split('\r\n');
  let status = 200;
  for (const header of headers) {
    const [name = '', value = ''] = header.split(/:\s*(.*)/s);
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status).end(output.subarray(split + 4));
}
