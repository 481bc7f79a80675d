import { formatKey, type ObjectKey } from '#api/key.ts';
import { KINDS } from '#api/kind.ts';
import { isUnreadable, type Store } from '#store/store.ts';

import { APPLIED_BY } from './applied-by.ts';
import { findController, pokeController } from './ask-controller.ts';
import { CliError } from './cli-error.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { readKind, requireObject } from './find-objects.ts';
import { changeOrders, newOrder, refuseAgents } from './give-order.ts';
import { written } from './render-applied.ts';
import { waitFor } from './wait-for.ts';
import type { Selection } from './find-objects.ts';
import type { ManifestOptions } from './manifest-flags.ts';

/** The options of `ccci delete`. */
export type DeleteOptions = ManifestOptions & {
  readonly selection: Selection | undefined;
  readonly orphan: boolean;
  readonly ignoreMissing: boolean;
  /** Undefined: do not wait. */
  readonly waitMs: number | undefined;
};

/** Asks for the deletion of objects; says of each what comes of it. */
export async function deleteObjects(options: DeleteOptions, context: Context): Promise<ExitCode> {
  await refuseAgents(context);
  const store = await context.openStore();
  const keys = await keysOf(options, store, context);
  for (const key of keys) await deleteOne(key, options, { store, context });
  await pokeController(context, keys);
  if (options.waitMs === undefined) return EXIT.ok;
  const quiet = { ...context, terminal: { ...context.terminal, out: () => undefined } };
  return waitFor({ keys, goal: { what: 'delete' }, timeoutMs: options.waitMs }, quiet);
}

async function keysOf(options: DeleteOptions, store: Store, context: Context): Promise<readonly ObjectKey[]> {
  const keys = options.selection === undefined ? await keysInManifests(options, context) : keysIn(options.selection);
  const found = await Promise.all(keys.map(async (key) => ((await store.get(key)) === undefined ? undefined : key)));
  const present = found.filter((key) => key !== undefined);
  const isLenient = options.ignoreMissing || options.selection === undefined;
  if (!isLenient) for (const key of keys) await requireObject(key, store);
  return present;
}

function keysIn(selection: NonNullable<DeleteOptions['selection']>): readonly ObjectKey[] {
  return 'keys' in selection ? selection.keys : [];
}

// What depends on others goes first, as the last that was applied.
async function keysInManifests(options: DeleteOptions, context: Context): Promise<readonly ObjectKey[]> {
  const [{ loadManifests }, { failOnMistakes }] = await Promise.all([
    import('#load/load-manifests.ts'),
    import('./fail-on-mistakes.ts'),
  ]);
  const { cwd, readStdin } = context;
  const loaded = await loadManifests(options.paths, { cwd, recursive: options.recursive, readStdin });
  if ('mistakes' in loaded) throw failOnMistakes(loaded.mistakes, context.terminal);
  return loaded.objects
    .toSorted((a, b) => KINDS[b.object.kind].order - KINDS[a.object.kind].order)
    .map(({ object }) => formatKey(readKind(object.kind), object.metadata.name));
}

async function deleteOne(
  key: ObjectKey,
  { orphan }: DeleteOptions,
  { store, context }: { readonly store: Store; readonly context: Context },
): Promise<void> {
  const object = await requireObject(key, store);
  if (isUnreadable(object))
    throw new CliError(`could not delete ${written(key)}: ${object.unreadable}`, {
      hint: 'apply its manifest again first',
    });
  if (orphan) await changeOrders(key, store, (orders) => ({ ...orders, orphan: newOrder(context, {}) }));
  await store.requestDelete(key);
  const isGone = (await store.get(key)) === undefined;
  context.terminal.out(`${written(key)} ${isGone ? 'deleted' : 'is being deleted'}\n`);
  if (object.metadata.annotations?.[APPLIED_BY] !== undefined)
    context.terminal.err(
      `note: a manifest that "run --manifests" followed declares ${written(key)}; its next edit or start makes it again\n`,
    );
  if (isGone || orphan || (await findController(context)).state === 'known') return;
  context.terminal.err(`note: ${written(key)} stays until a controller has ended what is live of it\n`);
}
