import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from './json.ts';
import { isJsonObject } from './json.ts';

type Texts = Readonly<Record<string, string>>;

/** What apply looks at of a stored object; `lastApplied` is what the last merge answered. */
export type AppliedObject = {
  readonly spec: JsonObject;
  readonly labels?: Texts | undefined;
  readonly annotations?: Texts | undefined;
  readonly texts?: Texts | undefined;
  readonly lastApplied?: JsonObject | undefined;
};

/** What a manifest says of an object. */
export type ManifestFields = Omit<AppliedObject, 'lastApplied'>;

/** Everything that apply writes, and what it tells the person. The merged spec is to be validated again before it is written. */
export type ApplyMerge = {
  readonly outcome: 'created' | 'configured' | 'unchanged';
  readonly spec: JsonObject;
  readonly labels: Texts;
  readonly annotations: Texts;
  readonly texts: Texts;
  readonly lastApplied: JsonObject;
};

/**
 * Merges a manifest into what is stored, three-way as kubectl does: fields that the manifest sets are set, fields that
 * the last apply set and the manifest has no more are removed, all others stay. Lists are replaced whole; null removes.
 */
export function mergeManifest(current: AppliedObject | undefined, manifest: ManifestFields): ApplyMerge {
  const next = withoutGaps(manifest);
  const before = withoutGaps(current ?? { spec: {} });
  const last = current?.lastApplied ?? {};
  const merged = {
    spec: mergeFields(before.spec, fieldsIn(last, 'spec'), next.spec),
    labels: mergeTexts(before.labels, fieldsIn(last, 'labels'), next.labels),
    annotations: mergeTexts(before.annotations, fieldsIn(last, 'annotations'), next.annotations),
    texts: next.texts,
  };
  const lastApplied = { labels: next.labels, annotations: next.annotations, spec: next.spec };
  if (current === undefined) return { outcome: 'created', ...merged, lastApplied };
  return { outcome: isDeepStrictEqual(before, merged) ? 'unchanged' : 'configured', ...merged, lastApplied };
}

function withoutGaps({ spec, labels = {}, annotations = {}, texts = {} }: ManifestFields) {
  return { spec, labels, annotations, texts };
}

/** The three-way merge of two objects of fields; `last` is what was set by the same writer before. */
export function mergeFields(current: JsonObject, last: JsonObject, next: JsonObject): JsonObject {
  const kept = Object.entries(current).filter(([key]) => Object.hasOwn(next, key) || !Object.hasOwn(last, key));
  const merged = new Map<string, Json>(kept);
  for (const [key, wanted] of Object.entries(next)) {
    if (wanted === null) merged.delete(key);
    else merged.set(key, mergeValue(merged.get(key), fieldsIn(last, key), wanted));
  }
  return Object.fromEntries(merged);
}

function mergeValue(current: Json | undefined, last: JsonObject, wanted: Json): Json {
  if (!isJsonObject(wanted)) return wanted;
  return isJsonObject(current) ? mergeFields(current, last, wanted) : mergeFields({}, {}, wanted);
}

function mergeTexts(current: Texts, last: JsonObject, next: Texts): Texts {
  const merged = Object.entries(mergeFields(current, last, next));
  return Object.fromEntries(merged.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function fieldsIn(holder: JsonObject, key: string): JsonObject {
  const value = Object.hasOwn(holder, key) ? holder[key] : undefined;
  return isJsonObject(value) ? value : {};
}
