import { decodeObject } from '#api/decode.ts';
import type { AnyObject } from '#api/kinds.ts';
import { planEverything, type Forecast } from '#controller/plan-everything.ts';
import type { ObjectSet } from '#observe/object-set.ts';

import type { ApplyChange } from './apply-set.ts';
import type { Context } from './context.ts';
import { startWorld } from './start-world.ts';

/** What would be done after applying `changes`, as far as it shows now. Observes by itself and changes nothing. */
export async function forecast(context: Context, changes: readonly ApplyChange[]): Promise<Forecast> {
  const world = await startWorld(context);
  try {
    const { objects } = await world.tools.load();
    return await planEverything(world.tools, withChanges(objects, changes, new Date(context.now()).toISOString()));
  } finally {
    await world.close();
  }
}

function withChanges(objects: ObjectSet, changes: readonly ApplyChange[], now: string): ObjectSet {
  return objects.with(
    changes.flatMap((change): AnyObject[] => {
      if (change.outcome === 'unchanged') return [];
      if (change.outcome === 'pruned') return pruned(objects.byKey(change.key), now);
      const decoded = decodeObject(encode(change, now));
      return 'object' in decoded ? [decoded.object] : [];
    }),
  );
}

function pruned(object: AnyObject | undefined, now: string): AnyObject[] {
  if (object === undefined) return [];
  const deleted: unknown = { ...object, metadata: { ...object.metadata, deletionTimestamp: now } };
  return [deleted as AnyObject];
}

function encode({ loaded, merge, before }: Exclude<ApplyChange, { outcome: 'pruned' }>, now: string) {
  const { apiVersion, kind, metadata } = loaded.object;
  const { labels, annotations, spec } = merge;
  const stored = before?.metadata ?? { uid: 'new', generation: 0, creationTimestamp: now };
  return {
    apiVersion,
    kind,
    metadata: { ...stored, name: metadata.name, generation: stored.generation + 1, labels, annotations },
    spec,
    ...(before?.status === undefined ? {} : { status: before.status }),
    ...(before?.operator === undefined ? {} : { operator: before.operator }),
  };
}
