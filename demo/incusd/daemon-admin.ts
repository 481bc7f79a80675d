import { request } from 'node:http';

/** One request to a daemon over its unix socket, as its administrator. A string or Buffer body is sent as it is. */
export type AdminRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly timeoutMs?: number;
};

/** What an administrator does in tests and in the demo. Both throw with the daemon's own words. */
export type DaemonAdmin = {
  /** Asks and answers the `metadata` of the reply. */
  ask(request: AdminRequest): Promise<AdminAnswer>;
  /** As `ask`, and waits for the operation that it starts. */
  run(request: AdminRequest): Promise<AdminAnswer>;
};

/** The `metadata` of a reply, of which the caller knows the shape. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- replies of many shapes, read by code that made the request
export type AdminAnswer = any;

/** An administrator of the daemon behind a unix socket. */
export function createDaemonAdmin(socketPath: string): DaemonAdmin {
  async function ask(each: AdminRequest): Promise<AdminAnswer> {
    return (await exchange(socketPath, each)).metadata;
  }
  async function run(each: AdminRequest): Promise<AdminAnswer> {
    const begun = await exchange(socketPath, each);
    if (begun.type !== 'async') return begun.metadata;
    return await ask({
      method: 'GET',
      path: `/1.0/operations/${begun.metadata.id}/wait?timeout=60`,
      timeoutMs: 65_000,
    });
  }
  return { ask, run };
}

function exchange(socketPath: string, { method, path, body, timeoutMs = 20_000 }: AdminRequest): Promise<AdminAnswer> {
  const payload = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const type = Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json';
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const sent = request(
      { socketPath, method, path, agent: false, signal, headers: { 'content-type': type } },
      (reply) => {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => chunks.push(chunk));
        reply.on('error', reject);
        reply.on('end', () => {
          try {
            const answer: AdminAnswer = JSON.parse(Buffer.concat(chunks).toString());
            if (answer.type === 'error') reject(new Error(`incusd refused ${method} ${path}: ${answer.error}`));
            else resolve(answer);
          } catch (cause) {
            reject(new Error(`incusd did not answer ${method} ${path} with JSON`, { cause }));
          }
        });
      },
    );
    sent.on('error', reject);
    sent.end(payload);
  });
}
