import type { ManifestIssue } from '#api/validate.ts';
import { mergeManifest, type AppliedObject, type ApplyMerge } from '#load/apply-merge.ts';
import { loadManifests, type LoadOptions } from '#load/load-manifests.ts';
import { nameOf, type LoadedObject } from '#load/loaded-object.ts';
import { renderPath, type Mistake } from '#load/mistake.ts';
import { MANIFEST_KINDS, type Kind } from '#api/kind.ts';
import { validateManifest } from '#api/validate.ts';
import type { Store, StoredObject } from '#store/store.ts';

import { APPLIED_BY } from './applied-by.ts';
import { isReadable } from './is-readable.ts';

/** What applying does to one object. `before` is what is stored now. */
export type ApplyChange =
  | {
      readonly key: string;
      readonly outcome: ApplyMerge['outcome'];
      readonly loaded: LoadedObject;
      readonly merge: ApplyMerge;
      readonly before: StoredObject | undefined;
    }
  | { readonly key: string; readonly outcome: 'pruned'; readonly before: StoredObject };

/** Everything that applying would change, or every mistake that keeps it from changing anything. `files` were looked at. */
export type ApplySet =
  | { readonly changes: readonly ApplyChange[]; readonly files: readonly string[] }
  | { readonly mistakes: readonly Mistake[]; readonly files: readonly string[] };

/** What to apply and how. `applier` marks what is made, and limits what is pruned. */
export type ApplyRequest = {
  readonly paths: readonly string[];
  readonly options: Pick<LoadOptions, 'cwd' | 'recursive' | 'readStdin'>;
  readonly prune: boolean;
  readonly applier?: string | undefined;
};

/** Loads manifests and merges them with what is stored. Stores nothing. Throws StorageError. */
export async function prepareApply(request: ApplyRequest, store: Store): Promise<ApplySet> {
  const stored = await listStored(store);
  const known = (objects: readonly StoredObject[]) =>
    objects.map(({ kind, metadata, spec }) => ({ kind, name: metadata.name, spec }));
  const first = await load(request, known([...stored.values()].filter((object) => !isPrunable(object, request))));
  if ('mistakes' in first) return first;
  const changes = first.objects.map((loaded) => changeOf(loaded, stored.get(keyOf(loaded)), request));
  const mistakes = changes.flatMap((change) => (change.outcome === 'pruned' ? [] : checkMerged(change)));
  if (mistakes.length > 0) return { mistakes, files: first.files };
  const kept = new Set(changes.map(({ key }) => key));
  const pruned = [...stored.values()]
    .filter((object) => isPrunable(object, request) && !kept.has(storedKey(object)))
    .map((before): ApplyChange => ({ key: storedKey(before), outcome: 'pruned', before }));
  return { changes: [...changes.toSorted(byKind), ...pruned.toSorted(byKind).toReversed()], files: first.files };
}

async function load({ paths, options }: ApplyRequest, stored: LoadOptions['stored']) {
  return loadManifests(paths, { ...options, ...(stored === undefined ? {} : { stored }) });
}

async function listStored(store: Store): Promise<ReadonlyMap<string, StoredObject>> {
  const objects = (await store.list()).filter(isReadable);
  return new Map(objects.map((object) => [storedKey(object), object]));
}

function isPrunable(object: StoredObject, { prune, applier }: ApplyRequest): boolean {
  const isDeclared = (MANIFEST_KINDS as readonly string[]).includes(object.kind) && object.lastApplied !== undefined;
  if (!prune || !isDeclared || object.metadata.deletionTimestamp !== undefined) return false;
  return applier === undefined || object.metadata.annotations?.[APPLIED_BY] === applier;
}

function changeOf(loaded: LoadedObject, before: StoredObject | undefined, request: ApplyRequest): ApplyChange {
  const merge = mergeLoaded(loaded, before, request.applier);
  return { key: keyOf(loaded), outcome: merge.outcome, loaded, merge, before };
}

/** The merge of one manifest into one stored object; the applier's mark is put beside what the manifest says. */
export function mergeLoaded(
  loaded: LoadedObject,
  before: StoredObject | undefined,
  applier: string | undefined,
): ApplyMerge {
  const { metadata, spec } = loaded.object;
  const manifest = { spec, labels: metadata.labels, annotations: metadata.annotations, texts: loaded.texts };
  const merge = mergeManifest(before === undefined ? undefined : appliedOf(before), manifest);
  return applier === undefined ? merge : { ...merge, annotations: { ...merge.annotations, [APPLIED_BY]: applier } };
}

function appliedOf({ spec, metadata, texts, lastApplied }: StoredObject): AppliedObject {
  return { spec, labels: metadata.labels, annotations: metadata.annotations, texts, lastApplied };
}

function checkMerged({ loaded, merge, before }: Exclude<ApplyChange, { outcome: 'pruned' }>): readonly Mistake[] {
  const { apiVersion, kind, metadata } = loaded.object;
  const object = nameOf({ kind, name: metadata.name });
  if (before?.metadata.deletionTimestamp !== undefined) {
    return [{ ...loaded.position, object, rule: 'must not be one that is being deleted; wait until it is gone' }];
  }
  const merged = { apiVersion, kind, metadata: { ...metadata, labels: merge.labels, annotations: merge.annotations } };
  const validation = validateManifest({ ...merged, spec: merge.spec });
  if (!('issues' in validation)) return [];
  return validation.issues.map((issue) => mergedMistake(issue, loaded, object));
}

function mergedMistake(issue: ManifestIssue, loaded: LoadedObject, object: string): Mistake {
  const { path, rule, suggestion } = issue;
  return {
    ...loaded.locate(path),
    object,
    path: renderPath(path),
    rule: `${rule} (together with what is stored)`,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function keyOf({ object }: LoadedObject): string {
  return `${object.kind}/${object.metadata.name}`;
}

function storedKey({ kind, metadata }: StoredObject): string {
  return `${kind}/${metadata.name}`;
}

// What is named stands before what names it: a gate names its agents, and an agent without phases is told that it has none.
const APPLY_ORDER: readonly Kind[] = ['Repository', 'VirtualMachine', 'Phase', 'Agent', 'Gate', 'AgentRun', 'Notifier'];

function byKind(a: ApplyChange, b: ApplyChange): number {
  const rank = ({ key }: ApplyChange) => APPLY_ORDER.indexOf(key.slice(0, key.indexOf('/')) as Kind);
  return rank(a) - rank(b);
}
