import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that a receiver got. */
export type Received = {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

/** A receiver of messages on loopback, which works, fails, or never answers. */
export type Receiver = {
  mode: 'Works' | 'Fails' | 'Stalls' | 'Redirects';
  readonly url: string;
  /** What it took: requests that it answered with 200. */
  readonly taken: Received[];
  end(): Promise<void>;
};

/** Starts a receiver; `end` cuts its connections. */
export async function startReceiver(): Promise<Receiver> {
  const taken: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (receiver.mode === 'Stalls') return;
      if (receiver.mode === 'Redirects') return response.writeHead(307, { Location: '/elsewhere' }).end();
      if (receiver.mode === 'Fails') return response.writeHead(503).end('a secret in the answer');
      taken.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      return response.writeHead(200).end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    mode: 'Works',
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    taken,
    async end() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
  return receiver;
}
