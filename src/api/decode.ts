import { z } from 'zod';

import { withDefaults } from './defaults.ts';
import type { ParsedObject } from './defaults.ts';
import { describeIssue } from './describe-issue.ts';
import { API_VERSION } from './group.ts';
import { isKind } from './kind.ts';
import { SCHEMAS } from './kinds.ts';
import type { AnyObject } from './kinds.ts';
import { Metadata } from './metadata.ts';
import { OperatorIntent } from './operator.ts';
import { isPlain } from './is-plain.ts';
import type { PathStep, Schema } from './schema-walk.ts';

/** An object as a store hands it out, or as a manifest gave it. */
export type EncodedObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: unknown;
  readonly spec: unknown;
  readonly status?: unknown;
  readonly operator?: unknown;
};

/** A typed object, or why it can not be read: its live things are then left alone. */
export type Decoded = { readonly object: AnyObject } | { readonly unreadable: string };

/** Reads an object leniently: unknown fields are kept where they are, and all defaults are filled in. Never throws. */
export function decodeObject(encoded: EncodedObject): Decoded {
  const { kind, apiVersion } = encoded;
  if (apiVersion !== API_VERSION)
    return { unreadable: `apiVersion must be ${API_VERSION}, not ${JSON.stringify(apiVersion)}` };
  if (!isKind(kind)) return { unreadable: `kind ${JSON.stringify(kind)} is not known to this version` };
  const parts: readonly (readonly [string, Schema])[] = [
    ['metadata', Metadata],
    ['spec', SCHEMAS[kind].spec],
    ['status', SCHEMAS[kind].status],
    ['operator', OperatorIntent],
  ];
  const encodedParts = new Map<string, unknown>(Object.entries(encoded));
  const object: Record<string, unknown> = { apiVersion, kind };
  for (const [part, schema] of parts) {
    const value = encodedParts.get(part);
    if (value === undefined && (part === 'status' || part === 'operator')) continue;
    const parsed = parseLeniently(schema, value);
    if ('mistake' in parsed) return { unreadable: `${part}${parsed.mistake}` };
    object[part] = parsed.value;
  }
  // The loop above has parsed every part with the schemas of this kind, which TypeScript can not follow.
  return { object: withDefaults(object as ParsedObject) };
}

type Parsed = { readonly value: unknown } | { readonly mistake: string };

/** Parses with a strict schema, but keeps fields that it does not know. */
function parseLeniently(schema: Schema, value: unknown): Parsed {
  const first = z.safeParse(schema, value, { error: describeIssue });
  if (first.success) return { value: first.data };
  const unknown = first.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path.map(toStep), key]) : [],
  );
  const mistake = first.error.issues.find(({ code }) => code !== 'unrecognized_keys');
  if (mistake !== undefined || unknown.length === 0) return { mistake: renderMistake(first.error) };
  const known: unknown = structuredClone(value);
  const kept = unknown.map((path) => ({ path, value: take(known, path) }));
  const second = z.safeParse(schema, known, { error: describeIssue });
  if (!second.success) return { mistake: renderMistake(second.error) };
  for (const { path, value: field } of kept) put(second.data, path, field);
  return { value: second.data };
}

function renderMistake(error: z.core.$ZodError): string {
  const issue = error.issues.find(({ code }) => code !== 'unrecognized_keys') ?? error.issues[0];
  return `${(issue?.path ?? []).map((step) => `.${String(step)}`).join('')} ${issue?.message ?? 'must be valid'}`;
}

function toStep(step: PropertyKey): PathStep {
  return typeof step === 'number' ? step : String(step);
}

function take(root: unknown, path: readonly PathStep[]): unknown {
  const holder = holderOf(root, path);
  const key = String(path.at(-1));
  const value = holder?.[key];
  if (holder !== undefined) Reflect.deleteProperty(holder, key);
  return value;
}

function put(root: unknown, path: readonly PathStep[], value: unknown): void {
  const holder = holderOf(root, path);
  const key = String(path.at(-1));
  if (holder !== undefined && key !== '__proto__') holder[key] = value;
}

function holderOf(root: unknown, path: readonly PathStep[]): Record<string, unknown> | undefined {
  const holder = path.slice(0, -1).reduce<unknown>((at, step) => childAt(at, step), root);
  return isPlain(holder) ? (holder as Record<string, unknown>) : undefined;
}

function childAt(value: unknown, step: PathStep): unknown {
  if (Array.isArray(value)) return value[Number(step)];
  return isPlain(value) ? value[step] : undefined;
}
