import type { Logger } from 'pino';

import type { Controller } from '#controller/controller.ts';
import type { Files } from '#drivers/files/files.ts';
import type { HttpServer } from '#drivers/http/http-server.ts';
import { serveHttp, type ListenAddress } from '#drivers/http/serve-http.ts';

import { answerHealth, type Health } from './answer-health.ts';

/** What the listener works with. A controller that runs holds the lock of its state directory. */
export type HealthOptions = {
  readonly controller: Pick<Controller, 'pulse'>;
  readonly files: Pick<Files, 'write'>;
  readonly stateDir: string;
  readonly log: Pick<Logger, 'info'>;
  readonly listen: ListenAddress;
};

const LIMITS = { maxBodyBytes: 1000, maxConnections: 16, headersTimeoutMs: 5000, requestTimeoutMs: 5000 } as const;
/** Questions within this time share one try to write. */
const WRITE_GAP_MS = 5000;

/** Answers `/healthz` and `/readyz` until it is closed. Throws when the address can not be had: who asks for it relies on it. */
export async function serveHealth(options: HealthOptions): Promise<HttpServer> {
  const storageProblem = createStorageCheck(options);
  const look = async (): Promise<Health> => ({
    ...options.controller.pulse(),
    storageProblem: await storageProblem(),
  });
  const server = await serveHttp(options.listen, LIMITS, answerHealth(look));
  options.log.info({ address: server.address }, 'listening for questions about health');
  return server;
}

// A full disk shows only in a write.
function createStorageCheck({ files, stateDir }: HealthOptions): () => Promise<string | undefined> {
  let last: { readonly atMs: number; readonly problem: Promise<string | undefined> } | undefined;
  return async () => {
    const nowMs = performance.now();
    if (last === undefined || nowMs - last.atMs > WRITE_GAP_MS)
      last = { atMs: nowMs, problem: tryToWrite(files, `${stateDir}/health`) };
    return last.problem;
  };
}

async function tryToWrite(files: HealthOptions['files'], path: string): Promise<string | undefined> {
  try {
    await files.write(path, 'a try to write\n', 0o600);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
