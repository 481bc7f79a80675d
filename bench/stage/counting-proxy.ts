import { createServer, request } from 'node:http';

/** A server before a daemon's unix socket that writes down what it is asked. It passes no events on. */
export type CountingProxy = { readonly asked: readonly string[]; close(): void };

/** Opens it at a path of its own. */
export async function openCountingProxy(path: string, daemonSocket: string): Promise<CountingProxy> {
  const asked: string[] = [];
  const server = createServer((from, to) => {
    asked.push(`${from.method ?? ''} ${from.url ?? ''}`);
    const { method, headers, url } = from;
    const next = request({ socketPath: daemonSocket, method, headers, path: url }, (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(to);
    });
    next.on('error', () => to.destroy());
    from.pipe(next);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { asked, close: () => void server.close().closeAllConnections() };
}
