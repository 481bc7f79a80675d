import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Clock } from '../clock/clock.ts';
import { connectionError, errorCode } from './failure.ts';
import { hung, slowConnect } from './fingerprint.ts';
import { IncusError } from './incus.ts';
import type { IncusServer } from './incus.ts';
import { createRoute, placeOf } from './route.ts';
import type { Route } from './route.ts';

/** One request. `body` is sent as JSON; `ifMatch` is the ETag that the thing must still have. */
export type Exchange = {
  readonly method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly ifMatch?: string;
};

/** One request whose body is bytes, and whose answer need not be JSON. */
export type BytesExchange = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly bytes?: Buffer;
};

/** What came back: the parsed JSON, whatever the HTTP status. */
export type RawAnswer = { readonly httpStatus: number; readonly etag: string; readonly body: unknown };

/** Limits in ms: until connected (TLS included), and for the whole request. */
export type TransportLimits = { readonly connectTimeoutMs: number; readonly requestTimeoutMs: number };

/** Sends requests to one server whose identity was checked. Every failure is an IncusError. */
export interface Transport {
  /** How the server is called in messages. */
  readonly place: string;
  readonly limits: TransportLimits;
  send(exchange: Exchange): Promise<RawAnswer>;
  /** Sends bytes and hands the answer to `read` as it comes; the time limit is for each pause, not for the whole. */
  exchange<T>(exchange: BytesExchange, read: (response: IncomingMessage) => Promise<T>): Promise<T>;
  /** The checked route, for a connection of another kind (events). */
  route(): Promise<Route>;
  close(): void;
}

/** More than any answer about one instance; a larger one is an error, not a memory problem. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Makes a transport with kept-alive connections that do not keep the process alive while idle. */
export function createTransport(server: IncusServer, clock: Clock, limits: TransportLimits): Transport {
  const place = placeOf(server);
  const route = createRoute(server, { place, clock, connectTimeoutMs: limits.connectTimeoutMs });
  let kept: { version: number; agent: HttpAgent } | undefined;
  function agentFor(current: Route): HttpAgent {
    if (kept?.version === current.version) return kept.agent;
    const old = kept?.agent;
    // Requests under way on connections of the old certificate may still end.
    if (old) clock.after(limits.requestTimeoutMs, () => old.destroy());
    kept = { version: current.version, agent: makeAgent(current) };
    return kept.agent;
  }
  async function send(exchange: Exchange): Promise<RawAnswer> {
    const current = await route();
    const call = { exchange, place, limits, clock, route: current, agent: agentFor(current) };
    try {
      return await sendOnce(call);
    } catch (cause) {
      // A kept connection that the server closed meanwhile; a read may simply be asked again.
      if (exchange.method === 'GET' && cause instanceof StaleConnection) return await sendOnce(call);
      throw connectionError(place, cause);
    }
  }
  async function exchange<T>(bytes: BytesExchange, read: (response: IncomingMessage) => Promise<T>): Promise<T> {
    const current = await route();
    const { bytes: body, ...rest } = bytes;
    const call = { exchange: rest, place, limits, clock, route: current, agent: agentFor(current) };
    return await request(call, { body, read, isEndless: true });
  }
  return { place, limits, send, exchange, route, close: () => kept?.agent.destroy() };
}

class StaleConnection extends Error {
  readonly code = 'ECONNRESET';
}

type Call = {
  exchange: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
  } & Pick<Exchange, 'body' | 'ifMatch'>;
  place: string;
  limits: TransportLimits;
  clock: Clock;
  route: Route;
  agent: HttpAgent;
};

function makeAgent(route: Route): HttpAgent {
  const common = { keepAlive: true, maxSockets: 4, scheduling: 'lifo' } as const;
  // A resumed TLS session would skip checkServerIdentity, so none is kept.
  return route.kind === 'socket'
    ? new HttpAgent(common)
    : new HttpsAgent({ ...common, ...route.tls, maxCachedSessions: 0 });
}

function openRequest(call: Call, body: string | Buffer | undefined): ClientRequest {
  const { exchange, route, agent } = call;
  const headers: Record<string, string> = { accept: 'application/json', ...exchange.headers };
  if (exchange.ifMatch !== undefined) headers['if-match'] = exchange.ifMatch;
  if (body !== undefined) {
    headers['content-type'] ??= 'application/json';
    headers['content-length'] = String(Buffer.byteLength(body));
  }
  const options: RequestOptions = { method: exchange.method, path: exchange.path, headers, agent };
  if (route.kind === 'socket') return httpRequest({ ...options, socketPath: route.path });
  return httpsRequest({ ...options, host: route.host, port: route.port });
}

function sendOnce(call: Call): Promise<RawAnswer> {
  const body = call.exchange.body === undefined ? undefined : JSON.stringify(call.exchange.body);
  return request(call, { body, read: (response) => readAnswer(call, response), isEndless: false });
}

type Reading<T> = {
  readonly body: string | Buffer | undefined;
  readonly read: (response: IncomingMessage) => Promise<T>;
  /** The answer may take as long as it likes while it comes: only a pause in it is too long. */
  readonly isEndless: boolean;
};

function request<T>(call: Call, { body, read, isEndless }: Reading<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = openRequest(call, body);
    let cancelLimits = limitTime(call, request);
    request.on('response', (response) => {
      if (isEndless) {
        cancelLimits();
        cancelLimits = limitPauses(call, request, response);
      }
      read(response).then(resolve, (cause: unknown) => {
        request.destroy();
        reject(connectionError(call.place, cause));
      });
    });
    request.on('error', (cause) => {
      const stale = request.reusedSocket && errorCode(cause) === 'ECONNRESET';
      reject(
        stale ? new StaleConnection('the kept connection was closed', { cause }) : connectionError(call.place, cause),
      );
    });
    request.on('close', () => cancelLimits());
    request.end(body);
  });
}

function limitPauses({ clock, limits, place }: Call, request: ClientRequest, response: IncomingMessage): () => void {
  const start = (): (() => void) => clock.after(limits.requestTimeoutMs, () => void request.destroy(hung(place)));
  let cancel = start();
  response.on('data', () => {
    cancel();
    cancel = start();
  });
  response.pause();
  return () => cancel();
}

/** Ends the request when its time is up. A request that waits for a free connection is not yet connecting. */
function limitTime(call: Call, request: ClientRequest): () => void {
  const { clock, limits, place, route } = call;
  const cancels = [clock.after(limits.requestTimeoutMs, () => void request.destroy(hung(place)))];
  request.on('socket', (socket) => {
    if (!socket.connecting && request.reusedSocket) return;
    let tcpConnected = false;
    const cancel = clock.after(limits.connectTimeoutMs, () => void request.destroy(slowConnect(place, tcpConnected)));
    cancels.push(cancel);
    socket.once('connect', () => (tcpConnected = true));
    socket.once(route.kind === 'https' ? 'secureConnect' : 'connect', cancel);
  });
  return () => cancels.forEach((cancel) => cancel());
}

async function readAnswer(call: Call, response: IncomingMessage): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES)
      throw new IncusError('ServerError', `${call.place} answers more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  const httpStatus = response.statusCode ?? 0;
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return { httpStatus, etag: response.headers.etag ?? '', body: JSON.parse(text) };
  } catch (cause) {
    const advice = 'expected JSON: check that the address is that of an Incus server';
    throw new IncusError('ServerError', `${call.place} answers HTTP ${httpStatus} with something else; ${advice}`, {
      cause,
    });
  }
}
