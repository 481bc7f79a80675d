import { z } from 'zod';

import { describeIssue, describeValue, suggestValue } from './describe-issue.ts';
import { API_VERSION } from './group.ts';
import { isKind, kindWords, KINDS, MANIFEST_KINDS, parseKindName } from './kind.ts';
import type { Kind } from './kind.ts';
import { SCHEMAS } from './kinds.ts';
import { MANIFEST_METADATA, Metadata } from './metadata.ts';
import { checkSupported } from './not-supported.ts';
import { isPlain } from './is-plain.ts';
import { findUnsafe } from './safe-keys.ts';
import { fieldsOf, findField, schemaAt, unwrap } from './schema-walk.ts';
import type { PathStep, Schema } from './schema-walk.ts';
import { didYouMean } from './suggest.ts';

/** One mistake: where, the rule as a sentence that begins with "must", and what was probably meant. */
export type ManifestIssue = {
  readonly path: readonly PathStep[];
  readonly rule: string;
  readonly suggestion?: string;
};

/** A valid manifest as it was written: no defaults, and without what belongs to the store (status, uid, versions). */
export type Manifest = {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: Kind;
  readonly metadata: Pick<Metadata, (typeof MANIFEST_METADATA)[number]>;
  readonly spec: Readonly<Record<string, unknown>>;
};

/** A valid manifest, or every mistake in it. */
export type Validation = { readonly object: Manifest } | { readonly issues: readonly ManifestIssue[] };

const PARTS = ['apiVersion', 'kind', 'metadata', 'spec'];

/** Parts that `get -o yaml` prints and `apply` ignores. */
const IGNORED_PARTS = ['status', 'operator'];

const ManifestMetadata = z
  .strictObject(Metadata.shape)
  .pick({ name: true, namespace: true, labels: true, annotations: true });

/** Checks one document against its kind and tells all mistakes at once. Never throws, whatever it is given. */
export function validateManifest(raw: unknown): Validation {
  const unsafe = findUnsafe(raw);
  if (unsafe.length > 0) return { issues: unsafe };
  if (!isPlain(raw)) return { issues: [{ path: [], rule: 'must be a map with apiVersion, kind, metadata and spec' }] };
  const kind = raw.kind;
  const issues = [...checkParts(raw), ...checkKind(kind), ...checkMetadata(raw.metadata)];
  if (typeof kind !== 'string' || !isKind(kind)) return { issues };
  const all = distinct([...issues, ...checkSpec(kind, raw.spec)]);
  if (all.length > 0 || !isPlain(raw.spec)) return { issues: all };
  return {
    object: {
      apiVersion: API_VERSION,
      kind,
      metadata: ManifestMetadata.parse(ownMetadata(raw.metadata)),
      spec: raw.spec,
    },
  };
}

function checkParts(raw: Readonly<Record<string, unknown>>): readonly ManifestIssue[] {
  const unknown = Object.keys(raw).filter((key) => !PARTS.includes(key) && !IGNORED_PARTS.includes(key));
  const issues = unknown.map((key) => unknownField([key], PARTS));
  if (raw.apiVersion === API_VERSION) return issues;
  return [
    ...issues,
    { path: ['apiVersion'], rule: `must be ${API_VERSION}`, suggestion: `write apiVersion: ${API_VERSION}` },
  ];
}

function checkKind(kind: unknown): readonly ManifestIssue[] {
  if (typeof kind === 'string' && isKind(kind)) {
    return KINDS[kind].internal
      ? [{ path: ['kind'], rule: `must be a kind that manifests declare; ${kind} objects are made by the controller` }]
      : [];
  }
  const rule = `must be one of ${MANIFEST_KINDS.join(', ')}`;
  if (typeof kind !== 'string') return [{ path: ['kind'], rule }];
  const words = MANIFEST_KINDS.flatMap((name) => [name, ...kindWords(name)]);
  const meant = parseKindName(kind);
  const suggestion = meant === undefined ? didYouMean(kind, words) : `did you mean "${meant}"?`;
  return [withSuggestion({ path: ['kind'], rule: `${rule}, not ${JSON.stringify(kind.slice(0, 60))}` }, suggestion)];
}

function checkMetadata(metadata: unknown): readonly ManifestIssue[] {
  if (metadata === undefined) return [{ path: ['metadata'], rule: 'must be set: a map with a name' }];
  return issuesOf(ManifestMetadata, isPlain(metadata) ? ownMetadata(metadata) : metadata, 'metadata');
}

function ownMetadata(metadata: unknown): unknown {
  if (!isPlain(metadata)) return metadata;
  const own: readonly string[] = MANIFEST_METADATA;
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => own.includes(key) || !(key in Metadata.shape)));
}

function checkSpec(kind: Kind, spec: unknown): readonly ManifestIssue[] {
  if (spec === undefined) return [{ path: ['spec'], rule: 'must be set: a map of fields' }];
  const later = checkSupported({ kind, spec }).map(({ path, message }) => ({ path, rule: message }));
  return [...issuesOf(SCHEMAS[kind].spec, spec, 'spec'), ...later];
}

function issuesOf(schema: Schema, value: unknown, root: string): readonly ManifestIssue[] {
  const result = z.safeParse(schema, value, { error: describeIssue, reportInput: true });
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => {
    const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownIn(schema, path, { root, key }));
    const suggestion = suggestValue({ ...issue }) ?? suggestMap(schemaAt(schema, path), issue.input);
    return [withSuggestion({ path: [root, ...path], rule: quoteValue(issue.message, issue.input) }, suggestion)];
  });
}

/** Texts of the schemas say the rule only; what stands there is added. */
function quoteValue(rule: string, input: unknown): string {
  const scalar = typeof input === 'string' || typeof input === 'number';
  return scalar && rule.startsWith('must be ') && !rule.includes(', not ')
    ? `${rule}, not ${describeValue(input)}`
    : rule;
}

/** A name where a map is wanted, as in `repositoryRef: cc`. */
function suggestMap(schema: Schema | undefined, input: unknown): string | undefined {
  if (schema === undefined || typeof input !== 'string' || input.length > 60) return undefined;
  const field = ['name', 'file', 'type'].find((name) => fieldsOf(schema).has(name));
  return field === undefined || unwrap(schema) instanceof z.ZodArray ? undefined : `write {${field}: ${input}}`;
}

function unknownIn(schema: Schema, path: readonly PathStep[], at: { root: string; key: string }): ManifestIssue {
  const place = schemaAt(schema, path);
  const known = place === undefined ? [] : [...fieldsOf(place).keys()];
  const issue = unknownField([at.root, ...path, at.key], known);
  if (issue.suggestion !== undefined) return issue;
  const elsewhere = findField(schema, at.key)[0];
  return withSuggestion(issue, elsewhere === undefined ? undefined : `did you mean "${at.root}.${elsewhere}"?`);
}

function unknownField(path: readonly PathStep[], known: readonly string[]): ManifestIssue {
  const key = String(path.at(-1));
  const list = known.length > 12 ? '; `ccci explain` lists them' : `: ${known.join(', ')}`;
  const rule = known.length === 0 ? 'must not be set: nothing is known here' : `must be a known field${list}`;
  return withSuggestion({ path, rule }, didYouMean(key, known));
}

function withSuggestion(issue: ManifestIssue, suggestion: string | undefined): ManifestIssue {
  return suggestion === undefined ? issue : { ...issue, suggestion };
}

function distinct(issues: readonly ManifestIssue[]): readonly ManifestIssue[] {
  const seen = new Map(issues.map((issue) => [JSON.stringify([issue.path, issue.rule]), issue]));
  return [...seen.values()];
}
