import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';

import { chatApi } from './chat-api.ts';
import { geminiApi } from './gemini-api.ts';
import { messagesApi } from './messages-api.ts';
import type { ModelApi, ReadRequest } from './model-api.ts';
import { contentOf } from './model-api.ts';
import { says, type ModelReply, type ModelRequest, type ModelScript, type PlayedReply } from './model-reply.ts';
import { responsesApi } from './responses-api.ts';

/** The model of one agent, and what it was asked. */
export type ScriptedModel = {
  /** Where the agent's program has to look for it; for the OpenAI protocols `/v1` comes behind it. */
  readonly url: string;
  /** What happens to main requests from now on. */
  script: ModelScript;
  /** What happens to requests beside the conversation: titles, summaries, checks. */
  sideScript: ModelScript;
  readonly requests: readonly ModelRequest[];
  /** Requests of the conversation: the ones that cost. */
  readonly mains: readonly ModelRequest[];
};

/** A model endpoint on loopback for every agent of a test: what each one's model says is scripted, what it is asked is kept. */
export type ModelEndpoint = {
  readonly url: string;
  /** The model of this agent; made at the first call, with this script. */
  modelOf(agent: string, script?: ModelScript): ScriptedModel;
  /** Requests for things that are no model, as `METHOD path`. */
  readonly others: readonly string[];
  /** Every request to any model. */
  readonly count: number;
  close(): Promise<void>;
};

type Model = ScriptedModel & { readonly requests: ModelRequest[] };

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse; readonly bytes: Buffer };

const APIS: readonly ModelApi[] = [messagesApi, responsesApi, chatApi, geminiApi];
const AGENT_PATH = /^\/agent\/([^/]+)(\/.*)$/;

/** Starts one. It speaks the protocols of all four agent programs, each under the agent's own path. */
export async function startModelEndpoint(): Promise<ModelEndpoint> {
  const models = new Map<string, Model>();
  const others: string[] = [];
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    void readAll(request)
      .then((bytes) => answer({ request, response, bytes }, { models, others }))
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    others,
    get count() {
      return [...models.values()].reduce((sum, model) => sum + model.requests.length, 0);
    },
    modelOf(agent, script) {
      const model = models.get(agent) ?? createModel(`${url}/agent/${agent}`);
      models.set(agent, model);
      if (script !== undefined) model.script = script;
      return model;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function createModel(url: string): Model {
  const requests: ModelRequest[] = [];
  return {
    url,
    requests,
    script: () => says('Done.'),
    sideScript: () => says('{"title":"Test session"}'),
    get mains() {
      return requests.filter(({ isMain }) => isMain);
    },
  };
}

async function answer(exchange: Exchange, rig: { models: Map<string, Model>; others: string[] }): Promise<void> {
  const { response } = exchange;
  const { method = '', url = '' } = exchange.request;
  const [, agent = '', path = url] = AGENT_PATH.exec(url) ?? [];
  const model = rig.models.get(agent);
  const api = APIS.find((each) => method === 'POST' && each.handles(path));
  if (model === undefined || api === undefined) {
    rig.others.push(`${method} ${url}`);
    return answerOther(path, method, response);
  }
  const body = decode(exchange);
  const read = api.read(parse(body), path);
  const asked = keep(model, { ...read, agent, body });
  const reply = read.isMain ? model.script(asked) : model.sideScript(asked);
  await play(reply, { api, read, response, id: `${agent}_${String(model.requests.length)}` });
}

/** Counts of tokens and lists of models are asked for here and there; everything else is not found. */
function answerOther(path: string, method: string, response: ServerResponse): void {
  const known = path.includes('count_tokens')
    ? { input_tokens: 100 }
    : path.includes(':countTokens')
      ? { totalTokens: 100 }
      : path.includes('/models')
        ? { object: 'list', data: [{ id: 'scripted', object: 'model' }], models: [] }
        : undefined;
  const notFound = { type: 'error', error: { type: 'not_found_error', message: 'not found' } };
  response.writeHead(known !== undefined || method === 'HEAD' ? 200 : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify(known ?? notFound));
}

function keep(model: Model, request: Omit<ModelRequest, 'number'> & { streams: boolean }): ModelRequest {
  const { agent, isMain, said, results, body, tools } = request;
  const number = model.mains.length + (isMain ? 1 : 0);
  const kept = { agent, number, isMain, model: request.model, said, results, body, tools };
  model.requests.push(kept);
  return kept;
}

type Stage = {
  readonly api: ModelApi;
  readonly read: ReadRequest;
  readonly response: ServerResponse;
  readonly id: string;
};

async function play(reply: ModelReply, stage: Stage): Promise<void> {
  const { api, read, response, id } = stage;
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  response.setHeader('request-id', `req_${id}`);
  if (reply.kind === 'Hang') return;
  if (reply.kind === 'Drop') {
    response.destroy();
  } else if (reply.kind === 'Error') {
    response.writeHead(reply.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(api.errorBody(reply)));
  } else if (read.streams) {
    await stream(reply, stage);
  } else {
    if (reply.kind === 'Text') await reply.until;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(api.whole({ id, model: read.model, reply })));
  }
}

async function stream(reply: PlayedReply, { api, read, response, id }: Stage): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const answered = api.stream({ id, model: read.model, reply });
  const { text, tool } = contentOf(reply);
  const parts = text.match(/\S+\s*|^\s+/g) ?? [];
  const pauseMs = reply.kind === 'Text' ? (reply.overMs ?? 0) / Math.max(1, parts.length) : 0;
  response.write(answered.begin());
  for (const part of parts) {
    response.write(answered.words(part));
    if (pauseMs > 0) await sleep(pauseMs);
  }
  if (reply.kind === 'Silence') return;
  if (reply.kind === 'Text') await reply.until;
  if (reply.kind === 'BreakOff') {
    response.end(answered.fail({ type: reply.type, message: reply.message }));
    return;
  }
  if (tool !== undefined) response.write(answered.call(tool));
  response.end(answered.end());
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function decode({ request, bytes }: Exchange): string {
  const encoding = request.headers['content-encoding'];
  if (encoding === 'zstd') return zstdDecompressSync(bytes).toString();
  if (encoding === 'gzip') return gunzipSync(bytes).toString();
  if (encoding === 'br') return brotliDecompressSync(bytes).toString();
  return bytes.toString();
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}
