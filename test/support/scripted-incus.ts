import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Answers one request: with a value, sent as JSON, or by itself when it answers undefined. */
export type Script = (
  request: IncomingMessage,
  response: ServerResponse,
) => { status?: number; body: unknown } | undefined;

/** An HTTP server on a unix socket that answers as a test says; for servers that are odd in one respect. */
export type ScriptedIncus = { readonly path: string; readonly http: Server; script: Script; close(): Promise<void> };

/** What a server says of itself that trusts us. */
export function greeting(extensions: readonly string[] = ['projects', 'instances']): { body: unknown } {
  return {
    body: { type: 'sync', metadata: { auth: 'trusted', api_extensions: extensions, environment: { server: 'odd' } } },
  };
}

/** Starts one with the plain script. */
export async function startScriptedIncus(): Promise<ScriptedIncus> {
  const dir = mkdtempSync(join(tmpdir(), `ccci-test-${process.pid}-odd-`));
  const path = join(dir, 'incus.socket');
  const http = createServer((request, response) => {
    const answer = scripted.script(request, response);
    if (answer === undefined) return;
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  const scripted: ScriptedIncus = {
    path,
    http,
    script: plainScript,
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      rmSync(dir, { recursive: true, force: true });
    },
  };
  await new Promise<void>((resolve) => http.listen(path, resolve));
  return scripted;
}

/** The script of a plain server: the project "p" exists and is empty. */
export function plainScript(request: IncomingMessage): { status?: number; body: unknown } {
  if (request.url === '/1.0') return greeting();
  if (request.url === '/1.0/projects/p') return { body: { type: 'sync', metadata: { name: 'p' } } };
  return { status: 404, body: { type: 'error', error_code: 404, error: 'Instance not found' } };
}
