import { finalizersOf } from '#act/act-store.ts';
import { ConflictError, type Store } from '#store/store.ts';

import { APPLIED_BY } from './applied-by.ts';
import { mergeLoaded, type ApplyChange } from './apply-set.ts';

/** Tries per object: somebody else's write in between is merged into. */
const TRIES = 5;

/** Stores what was prepared, one object after the other; may be repeated. Answers what became of each. */
export async function storeChanges(
  changes: readonly ApplyChange[],
  store: Store,
  applier?: string,
): Promise<readonly { readonly key: string; readonly outcome: ApplyChange['outcome'] }[]> {
  const done: { key: string; outcome: ApplyChange['outcome'] }[] = [];
  for (const change of changes) {
    if (change.outcome === 'pruned') await store.requestDelete(change.key);
    else await write(change, store, applier);
    done.push({ key: change.key, outcome: change.outcome });
  }
  return done;
}

type Write = Exclude<ApplyChange, { outcome: 'pruned' }>;

async function write(change: Write, store: Store, applier: string | undefined): Promise<void> {
  let { before, merge } = change;
  for (let attempt = 1; ; attempt += 1) {
    const lacksMark = applier !== undefined && before?.metadata.annotations?.[APPLIED_BY] !== applier;
    if (merge.outcome === 'unchanged' && !lacksMark) return;
    try {
      await store.writeSpec(specWrite({ ...change, merge, before }));
      return;
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === TRIES) throw error;
    }
    const current = await store.get(change.key);
    before = current === undefined || 'unreadable' in current ? undefined : current;
    merge = mergeLoaded(change.loaded, before, applier);
  }
}

function specWrite({ loaded, merge, before }: Write) {
  const { apiVersion, kind, metadata } = loaded.object;
  const { spec, labels, annotations, texts, lastApplied } = merge;
  return {
    apiVersion,
    kind,
    name: metadata.name,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    expect: before?.versions.spec ?? ('absent' as const),
    spec,
    labels,
    annotations,
    texts,
    lastApplied,
    // What is stored already keeps its own: some of it may have been settled.
    ...(before === undefined ? { finalizers: finalizersOf(kind) } : {}),
  };
}
