import { createServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';

/** A TLS server on loopback that only listens: what it was sent after the handshake, and how to end it. */
export type ListeningServer = { readonly url: string; readonly received: () => string; close(): Promise<void> };

/** Starts one with this certificate. It asks for a client certificate, as Incus does, and answers nothing. */
export async function startListeningServer(pair: {
  cert: string | Buffer;
  key: string | Buffer;
}): Promise<ListeningServer> {
  let received = '';
  const sockets = new Set<TLSSocket>();
  const server = createServer({ ...pair, requestCert: true, rejectUnauthorized: false }, (socket) => {
    sockets.add(socket);
    socket.on('data', (chunk) => (received += chunk.toString('latin1')));
    socket.on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `https://127.0.0.1:${port}`,
    received: () => received,
    close: () =>
      new Promise((resolve) => {
        sockets.forEach((socket) => socket.destroy());
        server.close(() => resolve());
      }),
  };
}
