import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpAnswer, HttpHandler, HttpLimits, HttpRequest, HttpServer } from './http-server.ts';

/** Where to listen. */
export type ListenAddress = { readonly host: string; readonly port: number };

/**
 * Listens for HTTP requests. Each connection serves one request. A body beyond the limit is answered with 413, a sender
 * that takes too long is cut. Does not keep the process alive. Throws when the address can not be had.
 */
export async function serveHttp(at: ListenAddress, limits: HttpLimits, handler: HttpHandler): Promise<HttpServer> {
  const server = createServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: Math.min(1000, limits.headersTimeoutMs),
      keepAlive: false,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    (request, response) => void serve(request, response, { limits, handler }),
  );
  server.maxConnections = limits.maxConnections;
  server.on('clientError', (_error, socket) => socket.destroy());
  await listen(server, at);
  return {
    address: addressOf(server),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

type Serving = { readonly limits: HttpLimits; readonly handler: HttpHandler };

async function serve(message: IncomingMessage, response: ServerResponse, { limits, handler }: Serving): Promise<void> {
  // A sender that goes away in the middle is no error of ours.
  message.on('error', () => undefined);
  response.on('error', () => undefined);
  const head = headOf(message);
  const early = handler.early(head);
  if (early !== undefined) return send(message, response, early);
  const body = await readBody(message, limits.maxBodyBytes);
  if (body === 'TooLarge')
    return send(message, response, { status: 413, text: `the body must be at most ${limits.maxBodyBytes} bytes` });
  if (body !== 'CutOff') send(message, response, await handler.answer({ ...head, body }));
}

function headOf(message: IncomingMessage): Omit<HttpRequest, 'body'> {
  const headers = Object.entries(message.headersDistinct).flatMap(([name, values = []]) =>
    values.length === 1 ? [[name, values[0]] as const] : [],
  );
  const path = (message.url ?? '/').split('?')[0] ?? '/';
  return { method: message.method ?? '', path, headers: Object.fromEntries(headers) };
}

async function readBody(message: IncomingMessage, maxBytes: number): Promise<Uint8Array | 'TooLarge' | 'CutOff'> {
  if (Number(message.headers['content-length'] ?? 0) > maxBytes) return 'TooLarge';
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.byteLength;
      if (length > maxBytes) return 'TooLarge';
      chunks.push(chunk);
    }
  } catch {
    return 'CutOff';
  }
  return Buffer.concat(chunks);
}

/** Answers and hangs up: what may still come of a body that was not wanted is not read. */
function send(message: IncomingMessage, response: ServerResponse, { status, text, headers }: HttpAnswer): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close', ...headers });
  response.end(`${text}\n`, () => {
    if (!message.complete) message.destroy();
  });
}

async function listen(server: Server, { host, port }: ListenAddress): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new Error(`could not listen on ${host}:${port}: ${error.message}`, { cause: error })),
    );
    server.listen(port, host, () => resolve());
  });
  server.unref();
}

function addressOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
}

const MAX_HEADER_BYTES = 16 * 1024;
