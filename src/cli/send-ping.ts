import { randomBytes } from 'node:crypto';

import { formatSpan } from '#api/time.ts';
import type { Store, StoredObject } from '#store/store.ts';

import { pokeController } from './ask-controller.ts';
import { usageError } from './cli-error.ts';
import { conditionOf, statusText } from './conditions-of.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { requireReadable } from './find-objects.ts';
import { isReadable } from './is-readable.ts';
import { messagesWaiting } from './messages-waiting.ts';
import { printable } from './printable.ts';
import { until } from './until.ts';
import { API_VERSION } from '#api/group.ts';
import type { ObjectKey } from '#api/key.ts';
import { refuseAgents } from './give-order.ts';

/** The options of `ccci ping`. */
export type PingOptions = {
  readonly key: ObjectKey;
  /** Undefined: read from standard input. */
  readonly text: string | undefined;
  /** Undefined: do not wait. */
  readonly waitMs: number | undefined;
};

/** Longest message: more is read from a file by the agent itself. */
const TEXT_LIMIT = 3500;

/** Stores a message for an agent, and waits until it was taken when asked to. */
export async function sendPing({ key, text, waitMs }: PingOptions, context: Context): Promise<ExitCode> {
  await refuseAgents(context);
  const store = await context.openStore();
  const agent = await requireReadable(key, store);
  const said = text ?? (await readAll(context));
  if (said.trim() === '') throw usageError('the text on standard input is empty');
  if (said.length > TEXT_LIMIT)
    throw usageError(
      `the text has ${String(said.length)} characters, at most ${String(TEXT_LIMIT)} fit`,
      'put it into a file and tell the agent to read that',
    );
  const name = await storePing(store, agent, { text: said.trimEnd(), context });
  context.terminal.out(`delivery/${name} created\n`);
  await pokeController(context, [key]);
  return waitMs === undefined ? EXIT.ok : waitTaken(name, waitMs, { store, agent, context });
}

async function storePing(
  store: Store,
  { metadata }: StoredObject,
  { text, context }: { readonly text: string; readonly context: Context },
): Promise<string> {
  const nonce = randomBytes(6).toString('hex');
  const name = `ping-${nonce}`;
  await store.writeSpec({
    apiVersion: API_VERSION,
    kind: 'Delivery',
    name,
    expect: 'absent',
    spec: {
      agentRef: { name: metadata.name },
      nonce,
      cause: { kind: 'Ping', from: context.person.name },
      text,
      createdAt: new Date(context.now()).toISOString(),
    },
  });
  return name;
}

async function readAll({ readStdin }: Context): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of readStdin()) {
    chunks.push(Buffer.from(chunk));
    size += chunk.length;
    if (size > 4 * TEXT_LIMIT) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function waitTaken(
  name: string,
  timeoutMs: number,
  { store, agent, context }: { readonly store: Store; readonly agent: StoredObject; readonly context: Context },
): Promise<ExitCode> {
  const taken = await until(
    store,
    async () => {
      const delivery = await store.get(`Delivery/${name}`);
      if (delivery === undefined || !isReadable(delivery)) return 'gone';
      return statusText(delivery, 'takenAt') ?? statusText(delivery, 'settledAt');
    },
    { timeoutMs },
  );
  if (taken !== undefined) {
    context.terminal.out(`delivery/${name} ${taken === 'gone' ? 'is gone' : 'taken'}\n`);
    return EXIT.ok;
  }
  const now = await store.get(`Agent/${agent.metadata.name}`);
  const ready = now !== undefined && isReadable(now) ? conditionOf(now, 'Ready') : undefined;
  const waits = now !== undefined && isReadable(now) ? messagesWaiting(now, context.now()) : undefined;
  const is = ready === undefined ? '' : `; ${agent.metadata.name} is ${ready.reason}: ${ready.message}`;
  const why = waits === undefined ? is : `${is}; ${waits}`;
  context.terminal.err(printable(`error: it was not taken after ${formatSpan(timeoutMs)}${why}`) + '\n');
  return EXIT.timedOut;
}
