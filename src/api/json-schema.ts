import { z } from 'zod';

import { API_VERSION } from './group.ts';
import { KINDS, MANIFEST_KINDS } from './kind.ts';
import type { Kind } from './kind.ts';
import { SCHEMAS } from './kinds.ts';
import { Metadata } from './metadata.ts';
import { LATER_FIELDS, renderLaterField } from './not-supported.ts';
import { isPlain } from './is-plain.ts';
import type { Schema } from './schema-walk.ts';

/** A JSON Schema, or a part of one. */
export type JsonSchema = { [key: string]: unknown };

/** Where the generated schema is, from the root of the repository. */
export const JSON_SCHEMA_PATH = 'schemas/ccci.schema.json';

/** One JSON Schema for manifests of every kind: editors read it to complete, explain and check them. */
export function renderJsonSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'ccci manifest',
    description: `Objects of ${API_VERSION}. Generated from the schemas in src/api.`,
    oneOf: MANIFEST_KINDS.map((kind) => ({ $ref: `#/definitions/${kind}` })),
    definitions: Object.fromEntries(MANIFEST_KINDS.map((kind) => [kind, manifestSchema(kind)])),
  };
}

/** The JSON Schema of a spec or status as people write it: fields with a default are optional. */
export function toJsonSchema(schema: Schema): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7', unrepresentable: 'throw' });
  return withoutSafeBounds(rest);
}

/** The JSON Schema of a kind's spec, with a note on each field that this version refuses. */
export function specSchema(kind: Kind): JsonSchema {
  const schema = toJsonSchema(SCHEMAS[kind].spec);
  for (const [path, field] of Object.entries(LATER_FIELDS[kind] ?? {})) {
    const found = path.split('.').reduce<unknown>((at, step) => propertyOf(at, step), schema);
    if (isPart(found))
      found.description = `${String(found.description ?? '')} ${capitalize(renderLaterField(field))}.`.trim();
  }
  return schema;
}

function manifestSchema(kind: Kind): JsonSchema {
  const metadata = Metadata.pick({ name: true, namespace: true, labels: true, annotations: true });
  return {
    type: 'object',
    description: KINDS[kind].summary,
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    additionalProperties: false,
    properties: {
      apiVersion: { const: API_VERSION, description: 'Version of the API.' },
      kind: { const: kind, description: KINDS[kind].summary },
      metadata: { ...toJsonSchema(metadata), description: 'Name and labels.' },
      spec: { ...specSchema(kind), description: 'What is wanted.' },
    },
  };
}

/** Whole numbers are bounded by what a double can hold, which tells nobody anything. */
function withoutSafeBounds(value: JsonSchema): JsonSchema {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== Number.MAX_SAFE_INTEGER && part !== Number.MIN_SAFE_INTEGER)
      .map(([key, part]) => [key, isPart(part) ? withoutSafeBounds(part) : part]),
  );
}

function propertyOf(schema: unknown, name: string): unknown {
  const properties = isPlain(schema) ? schema.properties : undefined;
  return isPlain(properties) ? properties[name] : undefined;
}

function isPart(value: unknown): value is JsonSchema {
  return isPlain(value);
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
