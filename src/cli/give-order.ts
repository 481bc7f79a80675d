import { randomBytes } from 'node:crypto';

import type { ObjectKey } from '#api/key.ts';
import { rigIdOf } from '#controller/rig-id.ts';
import { ConflictError, type JsonObject, type Store } from '#store/store.ts';

import { CliError } from './cli-error.ts';
import type { Context } from './context.ts';
import { requireReadable } from './find-objects.ts';

/** What a person may add to an order. */
export type OrderWords = { readonly why?: string | undefined; readonly until?: string | undefined };

/** An order of the person at the terminal: who, from where, when, why and until when. */
export function newOrder({ person, now }: Context, { why, until }: OrderWords): JsonObject {
  const { name, uid, terminal } = person;
  return {
    by: name,
    uid,
    ...(terminal === undefined ? {} : { terminal }),
    at: new Date(now()).toISOString(),
    ...(why === undefined ? {} : { why }),
    ...(until === undefined ? {} : { until }),
  };
}

/** As `newOrder`, for something that is done once. */
export function newOrderOnce(context: Context, words: OrderWords): JsonObject {
  return { ...newOrder(context, words), id: randomBytes(4).toString('hex') };
}

/** Changes what a person has ordered of an object; what others ordered meanwhile is kept. Answers what was ordered before. */
export async function changeOrders(
  key: ObjectKey,
  store: Store,
  change: (orders: JsonObject) => JsonObject,
): Promise<JsonObject> {
  for (;;) {
    const object = await requireReadable(key, store);
    const before = object.operator ?? {};
    try {
      await store.writeOperator(key, change(before), object.versions.operator);
      return before;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

/** The orders without one of them. */
export function withoutOrder(orders: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(orders).filter(([key]) => key !== name));
}

/** Refuses an order that an agent of this rig gives: its session shows in the environment of this process or of one above it. */
export async function refuseAgents({ settings, environment, person }: Context): Promise<void> {
  const rig = rigIdOf(settings.stateDir);
  const agent = environment['CCCI_RIG'] === rig ? environment['CCCI_AGENT'] : await agentAbove(person.pid, rig);
  if (agent === undefined) return;
  throw new CliError(`refused: agent "${agent}" gave this order, and an agent may order nothing in this version`, {
    hint: 'a person gives it from a terminal of their own',
  });
}

const LEVELS = 32;

async function agentAbove(pid: number, rig: string): Promise<string | undefined> {
  const { createProcesses } = await import('#drivers/process/real-process.ts');
  const { reader } = createProcesses();
  let at = pid;
  for (let level = 0; level < LEVELS && at > 1; level += 1) {
    const seen = await reader.read(at);
    if (seen.state !== 'known') return undefined;
    if (seen.value.env['CCCI_RIG'] === rig) return seen.value.env['CCCI_AGENT'];
    at = seen.value.ppid;
  }
  return undefined;
}
