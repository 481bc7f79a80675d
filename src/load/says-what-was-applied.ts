import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { API_VERSION } from '#api/group.ts';
import { isPlain } from '#api/is-plain.ts';
import { isKind } from '#api/kind.ts';
import { mergeManifest } from './apply-merge.ts';
import type { AppliedObject } from './apply-merge.ts';
import { checkSet } from './check-set.ts';
import { findManifests } from './find-manifests.ts';
import type { JsonObject } from './json.ts';
import { FILE_LIMIT_BYTES } from './limits.ts';
import type { KnownObject, LoadedObject } from './loaded-object.ts';
import { nameOf } from './loaded-object.ts';
import { resolveLocalPaths } from './local-paths.ts';
import { parseDocuments } from './parse-documents.ts';
import type { ParsedDocument } from './parse-documents.ts';
import { readPrompts } from './read-prompts.ts';
import { readText } from './read-text.ts';

/** What is stored of an object, for comparing. */
export type StoredManifest = KnownObject & AppliedObject & { readonly apiVersion: string };

/** Where manifests are, and what is stored, by `Kind/name`. */
export type Comparison = {
  readonly paths: readonly string[];
  readonly cwd: string;
  readonly recursive: boolean;
  readonly stored: ReadonlyMap<string, StoredManifest>;
};

/**
 * True when the manifests say exactly what was applied, which was checked then: applying them would change nothing.
 * False also whenever that can not be told quickly; then they are to be loaded. Costs no schema.
 */
export async function saysWhatWasApplied({ paths, cwd, recursive, stored }: Comparison): Promise<boolean> {
  const { files, mistakes } = await findManifests(paths, { cwd, recursive });
  if (mistakes.length > 0) return false;
  const objects: LoadedObject[] = [];
  for (const { file, path } of files) {
    const read = path === undefined ? undefined : await readText(path, FILE_LIMIT_BYTES);
    if (path === undefined || read === undefined || 'rule' in read) return false;
    const parsed = parseDocuments(file, read.text);
    if (parsed.mistakes.length > 0) return false;
    for (const document of parsed.documents) {
      const same = await sameObject(document, { folder: dirname(path), cwd, stored });
      if (same === undefined) return false;
      objects.push(same);
    }
  }
  const names = new Set(objects.map(({ object }) => `${object.kind}/${object.metadata.name}`));
  const others = [...stored].filter(([key]) => !names.has(key)).map(([, object]) => object);
  return checkSet({ objects, stored: others, broken: [], complete: true }).length === 0;
}

type Place = Pick<Comparison, 'cwd' | 'stored'> & { readonly folder: string };

// Undefined when it is another than the stored one.
async function sameObject({ value, locate }: ParsedDocument, place: Place): Promise<LoadedObject | undefined> {
  const manifest = readManifest(value);
  if (manifest === undefined) return undefined;
  const { kind, metadata } = manifest;
  const before = place.stored.get(`${kind}/${metadata.name}`);
  if (before === undefined || before.apiVersion !== manifest.apiVersion) return undefined;
  const spec = resolveLocalPaths(kind, manifest.spec, place.folder);
  const label = nameOf({ kind, name: metadata.name });
  const { texts, mistakes } = await readPrompts({ kind, label, spec, locate }, place.cwd);
  const { labels, annotations } = metadata;
  const merge = mergeManifest(before, { spec, labels, annotations, texts });
  const isSame = merge.outcome === 'unchanged' && isDeepStrictEqual(stored(merge.lastApplied), before.lastApplied);
  if (mistakes.length > 0 || !isSame) return undefined;
  return { object: { ...manifest, spec }, position: locate([]), locate, texts };
}

// As it would come back from the store.
function stored(value: JsonObject): unknown {
  return JSON.parse(JSON.stringify(value));
}

// Nothing is checked beyond its shape: what equals a manifest that was valid is valid.
function readManifest(value: unknown): LoadedObject['object'] | undefined {
  if (!isPlain(value) || !isPlain(value.metadata) || !isPlain(value.spec)) return undefined;
  const { apiVersion, kind, metadata, spec } = value;
  const fields = ['apiVersion', 'kind', 'metadata', 'spec'];
  const known = ['name', 'labels', 'annotations'];
  if (apiVersion !== API_VERSION || typeof kind !== 'string' || !isKind(kind)) return undefined;
  if (Object.keys(value).some((field) => !fields.includes(field))) return undefined;
  if (Object.keys(metadata).some((field) => !known.includes(field)) || typeof metadata.name !== 'string')
    return undefined;
  const { name, labels, annotations } = metadata;
  if (!isTexts(labels) || !isTexts(annotations)) return undefined;
  // Documents are read as JSON values and nothing else.
  return { apiVersion, kind, metadata: { name, labels, annotations }, spec: spec as JsonObject };
}

function isTexts(value: unknown): value is Record<string, string> | undefined {
  return value === undefined || (isPlain(value) && Object.values(value).every((text) => typeof text === 'string'));
}
