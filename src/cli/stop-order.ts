import type { ObjectKey } from '#api/key.ts';
import { ensureRig } from '#controller/ensure-rig.ts';
import type { JsonObject, Store, StoredObject } from '#store/store.ts';

import { pokeController } from './ask-controller.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { requireReadable } from './find-objects.ts';
import { changeOrders, newOrder, refuseAgents, withoutOrder, type OrderWords } from './give-order.ts';
import { isReadable } from './is-readable.ts';
import { printable } from './printable.ts';
import { written } from './render-applied.ts';
import { until } from './until.ts';

/** Which agents to stop, all without keys, and how. */
export type StopOrder = OrderWords & { readonly keys: readonly ObjectKey[]; readonly now: boolean };

/** Orders a stop of the crew or of single agents. */
export async function orderStop({ keys, now, ...words }: StopOrder, context: Context): Promise<void> {
  await refuseAgents(context);
  const store = await context.openStore();
  const order: JsonObject = { ...newOrder(context, words), ...(now ? { now: true } : {}) };
  const targets = keys.length === 0 ? [await ensureRig(store)] : keys;
  for (const key of targets) {
    await changeOrders(key, store, (orders) => ({ ...orders, stop: order }));
    const how = now ? 'now' : 'between two turns';
    context.terminal.out(`${key === 'Rig/default' ? 'the crew' : written(key)} is stopped ${how}\n`);
  }
  await pokeController(context, await affected(keys, store));
}

/** Lifts stop orders; without keys all of them. Says what was lifted. */
export async function liftStop(keys: readonly ObjectKey[], context: Context): Promise<void> {
  await refuseAgents(context);
  const store = await context.openStore();
  const rig = await store.get('Rig/default');
  const isCrewStopped = rig !== undefined && isReadable(rig) && rig.operator?.['stop'] !== undefined;
  if (keys.length > 0 && isCrewStopped)
    context.terminal.err('warning: the whole crew is stopped; "ccci start" without a name lifts that\n');
  let lifted = 0;
  for (const key of keys.length === 0 ? await stoppedKeys(store) : keys) {
    const before = await changeOrders(key, store, (orders) => withoutOrder(orders, 'stop'));
    if (before['stop'] === undefined) continue;
    lifted += 1;
    context.terminal.out(`${key === 'Rig/default' ? 'the crew' : written(key)} is started\n`);
  }
  if (lifted === 0) context.terminal.out('nothing was stopped\n');
  await pokeController(context, await affected(keys, store));
}

async function stoppedKeys(store: Store): Promise<readonly ObjectKey[]> {
  const objects = [...(await store.list('Rig')), ...(await store.list('Agent'))].filter(isReadable);
  return objects.filter(({ operator }) => operator?.['stop'] !== undefined).map(keyOf);
}

async function affected(keys: readonly ObjectKey[], store: Store): Promise<readonly ObjectKey[]> {
  if (keys.length > 0) return keys;
  return (await store.list('Agent')).filter(isReadable).map(keyOf);
}

function keyOf({ kind, metadata }: StoredObject): ObjectKey {
  return kind === 'Rig' ? 'Rig/default' : `Agent/${metadata.name}`;
}

/** Waits until the sessions of these agents are gone, all without keys; then names the clones with commits that are not pushed. */
export async function waitStopped(keys: readonly ObjectKey[], timeoutMs: number, context: Context): Promise<ExitCode> {
  const store = await context.openStore();
  const agents = async () => Promise.all((await affected(keys, store)).map(async (key) => requireReadable(key, store)));
  const running = async () => (await agents()).filter(isRunning).map(({ metadata }) => metadata.name);
  const isDone = await until(store, async () => ((await running()).length === 0 ? true : undefined), { timeoutMs });
  if (isDone !== true) {
    context.terminal.err(`error: still running: ${(await running()).join(', ')}\n`);
    return EXIT.timedOut;
  }
  await reportClones(await agents(), context);
  return EXIT.ok;
}

function isRunning({ spec, status }: StoredObject): boolean {
  return spec['mode'] !== 'Interactive' && status?.['session'] !== undefined;
}

async function reportClones(agents: readonly StoredObject[], context: Context): Promise<void> {
  const { createGit } = await import('#drivers/git/create-git.ts');
  const git = createGit({ environment: context.environment });
  for (const { spec, metadata } of agents.filter((agent) => agent.spec['repositoryRef'] !== undefined)) {
    const clone = await git.reader.clone(String(spec['workdir']), await branchOf(spec, context));
    if (clone.state !== 'known' || clone.value.kind !== 'Clone' || clone.value.head === clone.value.trackingHead)
      continue;
    const place = `${String(spec['workdir'])}`;
    context.terminal.err(`warning: ${metadata.name}: "${printable(place)}" has commits that are not pushed\n`);
  }
  git.close();
}

async function branchOf(spec: StoredObject['spec'], context: Context): Promise<string> {
  const { name } = spec['repositoryRef'] as { name?: unknown };
  const repository = await (await context.openStore()).get(`Repository/${String(name)}`);
  const branch = repository !== undefined && isReadable(repository) ? repository.spec['branch'] : undefined;
  return typeof branch === 'string' ? branch : 'main';
}
