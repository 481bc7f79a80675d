import { GROUP, VERSION } from './group.ts';
import { KIND_ORDER, KINDS } from './kind.ts';
import type { Kind, KindNames } from './kind.ts';
import { SCHEMAS } from './kinds.ts';
import { specSchema, toJsonSchema } from './json-schema.ts';
import type { JsonSchema } from './json-schema.ts';
import { isPlain } from './is-plain.ts';

/** A CustomResourceDefinition of apiextensions.k8s.io/v1, ready to be printed as YAML. */
export type CustomResourceDefinition = {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: { readonly name: string };
  readonly spec: JsonSchema;
};

/** Keywords that a structural schema of Kubernetes has; every other one is dropped. */
const KEYWORDS = [
  ...['type', 'description', 'properties', 'required', 'items', 'enum', 'default', 'pattern', 'format', 'nullable'],
  ...['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems'],
];

const PRESERVE = 'x-kubernetes-preserve-unknown-fields';

/** The definitions of all kinds, in the order in which planned status is handed on. */
export function renderCrds(): readonly CustomResourceDefinition[] {
  return KIND_ORDER.map(renderCrd);
}

/** The CustomResourceDefinition of one kind: structural schema, status subresource, printer columns, short names, categories. */
export function renderCrd(kind: Kind): CustomResourceDefinition {
  const { plural, singular, shortNames }: KindNames = KINDS[kind];
  const names = {
    kind,
    listKind: `${kind}List`,
    plural,
    singular,
    ...(shortNames.length > 0 ? { shortNames } : {}),
    categories: ['ccci'],
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: { group: GROUP, names, scope: 'Namespaced', versions: [renderVersion(kind)] },
  };
}

/** A JSON Schema as a structural schema of Kubernetes. */
export function toStructural(schema: JsonSchema): JsonSchema {
  const { properties, items, additionalProperties, const: only } = schema;
  const structural = Object.fromEntries(KEYWORDS.filter((key) => key in schema).map((key) => [key, schema[key]]));
  if (isPlain(properties)) structural.properties = mapValues(properties, toStructural);
  if (isPlain(items)) structural.items = toStructural(items);
  if (only !== undefined) structural.enum = [only];
  if (structural.type === undefined) structural[PRESERVE] = true;
  return { ...structural, ...renderOpenness(additionalProperties) };
}

function renderVersion(kind: Kind): JsonSchema {
  const { summary, columns }: KindNames = KINDS[kind];
  const status = withoutDefaults(toStructural(toJsonSchema(SCHEMAS[kind].status)));
  return {
    name: VERSION,
    served: true,
    storage: true,
    additionalPrinterColumns: columns.map(({ priority, ...column }) =>
      priority === 0 ? column : { ...column, priority },
    ),
    subresources: { status: {} },
    schema: {
      openAPIV3Schema: {
        type: 'object',
        description: summary,
        required: ['spec'],
        properties: {
          apiVersion: { type: 'string', description: 'Version of the API.' },
          kind: { type: 'string', description: 'Kind of the object.' },
          metadata: { type: 'object' },
          spec: { ...toStructural(specSchema(kind)), description: 'What is wanted.' },
          status: { ...keyedConditions(status), description: 'What was observed, written by the controller.' },
        },
      },
    },
  };
}

/** Names to values stay a map; open objects keep what they do not know; closed ones need no word, because unknown fields are pruned. */
function renderOpenness(additional: unknown): JsonSchema {
  if (!isPlain(additional)) return {};
  return Object.keys(additional).length === 0
    ? { [PRESERVE]: true }
    : { additionalProperties: toStructural(additional) };
}

/** The controller writes a status whole, so that defaults in it would only hide what it left out. */
function withoutDefaults(schema: JsonSchema): JsonSchema {
  const { default: _, properties, items, ...rest } = schema;
  return {
    ...rest,
    ...(isPlain(properties) ? { properties: mapValues(properties, withoutDefaults) } : {}),
    ...(isPlain(items) ? { items: withoutDefaults(items) } : {}),
  };
}

/** Conditions are merged by their type, so that several writers do not overwrite each other's. */
function keyedConditions(status: JsonSchema): JsonSchema {
  const properties = isPlain(status.properties) ? status.properties : {};
  const keys = { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] };
  const conditions = isPlain(properties.conditions) ? { ...properties.conditions, ...keys } : keys;
  return { ...status, properties: { ...properties, conditions } };
}

function mapValues(parts: Readonly<Record<string, unknown>>, change: (schema: JsonSchema) => JsonSchema): JsonSchema {
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [name, isPlain(part) ? change({ ...part }) : part]),
  );
}
