import type { Logger } from 'pino';

import type { Fact } from '#api/fact.ts';
import { ABSENT, known, unknown } from '#api/fact.ts';
import type { Controller } from '#controller/controller.ts';
import type { World } from '#controller/world.ts';
import { readSecretFile } from '#drivers/files/read-secret-file.ts';
import type { HttpServer } from '#drivers/http/http-server.ts';
import { serveHttp, type ListenAddress } from '#drivers/http/serve-http.ts';

import { answerWebhook, type WebhookRig } from './answer-webhook.ts';

/** What the listener works with. */
export type WebhookOptions = {
  readonly world: Pick<World, 'tools' | 'store'>;
  readonly controller: Pick<Controller, 'enqueue'>;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly listen: ListenAddress;
};

/** A listener that runs, or tries to. */
export type WebhookListener = { close(): Promise<void> };

/** What a request may cost; a body of a push is a few KiB. */
export const WEBHOOK_LIMITS = {
  maxBodyBytes: 1_000_000,
  maxConnections: 32,
  headersTimeoutMs: 5000,
  requestTimeoutMs: 10_000,
} as const;

const RETRY_MS = 10_000;
/** Refusals within this time are one event. */
const REFUSED_PER_MS = 10 * 60_000;
/** Requests within this time are one look. */
const COALESCE_MS = 100;

/**
 * Listens for the git server's requests until it is closed. An address that can not be had is tried again, because
 * without webhooks the rig only is slower; `status` of each repository with a webhook says whether somebody listens.
 */
export async function serveWebhooks(options: WebhookOptions): Promise<WebhookListener> {
  const { world, log, listen } = options;
  const { hints } = world.tools.readers;
  const looks = createLooks(options.controller);
  const handler = answerWebhook(rigOf(options, looks.look));
  let state: 'open' | 'closed' = 'open';
  let server: HttpServer | undefined;
  let timer: NodeJS.Timeout | undefined;
  async function start(): Promise<void> {
    try {
      const started = await serveHttp(listen, WEBHOOK_LIMITS, handler);
      if (state === 'closed') return await started.close();
      server = started;
      hints.isListening = true;
      hints.listeningOn = started.address;
      log.info({ address: started.address }, 'listening for webhooks');
    } catch (error) {
      hints.isListening = false;
      log.warn({ error: messageOf(error) }, 'not listening for webhooks; trying again');
      timer = setTimeout(() => void start(), RETRY_MS).unref();
    }
  }
  await start();
  return {
    async close() {
      state = 'closed';
      clearTimeout(timer);
      looks.close();
      hints.listeningOn = undefined;
      await server?.close();
    },
  };
}

function rigOf({ world, log }: WebhookOptions, look: (key: string) => void): WebhookRig {
  const { readers } = world.tools;
  const now = () => readers.now().wallMs;
  const told = new Map<string, string>();
  return {
    now,
    secretOf: (name) => secretOf(world, name),
    hint(name) {
      readers.hints.note(name, now());
      look(`Repository/${name}`);
    },
    async refused(name, message) {
      const about = `Repository/${name}`;
      // The same id for a while: a flood is one event, in this life of the controller and in the next.
      const id = `${about}/WebhookRefused/${Math.floor(now() / REFUSED_PER_MS)}`;
      if (told.get(about) === id) return;
      told.set(about, id);
      log.warn({ key: about }, message);
      const at = new Date(now()).toISOString();
      await world.store.addEvents([{ id, about, type: 'Warning', reason: 'WebhookRefused', message, at, count: 1 }]);
    },
  };
}

async function secretOf(world: WebhookOptions['world'], name: string): Promise<Fact<string>> {
  const { objects } = await world.tools.load();
  const file = objects.find('Repository', name)?.spec.webhook?.secretFile;
  if (file === undefined) return ABSENT;
  const secret = readSecretFile(file);
  if (secret.state !== 'known') return secret;
  const text = secret.value.text.replace(/\r?\n$/, '');
  return text === '' ? unknown('SecretMissing', `"${file}" is empty; expected the secret of the webhook`) : known(text);
}

/** Hands keys on at once, and those that come right after together: requests may come faster than looks. */
function createLooks(controller: WebhookOptions['controller']) {
  const waiting = new Map<string, NodeJS.Timeout>();
  const wanted = new Set<string>();
  function rest(key: string): void {
    const timer = setTimeout(() => {
      waiting.delete(key);
      if (wanted.delete(key)) look(key);
    }, COALESCE_MS).unref();
    waiting.set(key, timer);
  }
  function look(key: string): void {
    if (waiting.has(key)) {
      wanted.add(key);
      return;
    }
    controller.enqueue([key]);
    rest(key);
  }
  return {
    look,
    close() {
      for (const timer of waiting.values()) clearTimeout(timer);
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
