import assert from 'node:assert/strict';
import { test } from 'node:test';

import { renderCrd, renderCrds } from '#api/crd.ts';
import { renderJsonSchema } from '#api/json-schema.ts';
import { KIND_ORDER, KINDS, MANIFEST_KINDS } from '#api/kind.ts';

type Part = Readonly<Record<string, unknown>>;
type Place = { readonly path: string; readonly part: Part };

function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function namedParts(parts: unknown, path: string): readonly Place[] {
  return Object.entries(isPart(parts) ? parts : {}).flatMap(([name, part]) => schemaParts(part, `${path}.${name}`));
}

/** Every schema inside a schema. */
function schemaParts(part: unknown, path: string): readonly Place[] {
  if (!isPart(part)) return [];
  return [
    { path, part },
    ...namedParts(part.properties, path),
    ...schemaParts(part.items, `${path}[]`),
    ...schemaParts(part.additionalProperties, `${path}{}`),
  ];
}

function version(kind: (typeof KIND_ORDER)[number]): Part {
  const versions: unknown = renderCrd(kind).spec.versions;
  const first: unknown = Array.isArray(versions) ? versions[0] : undefined;
  return isPart(first) ? first : {};
}

const ALLOWED = [
  ...[
    'type',
    'description',
    'properties',
    'required',
    'items',
    'enum',
    'default',
    'pattern',
    'format',
    'minimum',
    'maximum',
  ],
  ...['minLength', 'maxLength', 'minItems', 'maxItems', 'additionalProperties', 'x-kubernetes-preserve-unknown-fields'],
  ...['x-kubernetes-list-type', 'x-kubernetes-list-map-keys'],
];

const parts = KIND_ORDER.flatMap((kind) => {
  const { schema } = version(kind);
  return schemaParts(isPart(schema) ? schema.openAPIV3Schema : undefined, kind);
});

test('a schema is structural: only keywords that Kubernetes allows, and a type everywhere', () => {
  assert.ok(parts.length > 400);
  for (const { path, part } of parts) {
    for (const keyword of Object.keys(part)) assert.ok(ALLOWED.includes(keyword), `${path}: ${keyword}`);
    const open = part['x-kubernetes-preserve-unknown-fields'] === true;
    assert.ok(typeof part.type === 'string' || open, path);
    assert.ok(part.properties === undefined || part.additionalProperties === undefined, path);
    if (part.type === 'array') assert.ok(isPart(part.items), path);
  }
});

test('a pattern means the same to Go and to editors, which compile it with or without the u flag', () => {
  for (const { path, part } of parts) {
    if (typeof part.pattern !== 'string') continue;
    assert.doesNotMatch(part.pattern, /\(\?|\\[1-9pPuk]/, path);
    assert.ok(new RegExp(part.pattern, 'u'), path);
  }
});

test('a default stands on no required field and nowhere in a status', () => {
  for (const { path, part } of parts) {
    assert.ok(!path.includes('.status') || part.default === undefined, path);
    const required = Array.isArray(part.required) ? part.required.map(String) : [];
    const properties = isPart(part.properties) ? part.properties : {};
    for (const name of required) {
      const field = properties[name];
      assert.ok(isPart(field) && field.default === undefined, `${path}.${name}`);
    }
  }
});

test('every kind has a status subresource, its columns, its short names and the category', () => {
  for (const crd of renderCrds()) {
    const kind = KIND_ORDER.find((name) => `${KINDS[name].plural}.ccci.dev` === crd.metadata.name);
    assert.ok(kind);
    const { names, scope, group } = crd.spec;
    assert.deepEqual([scope, group], ['Namespaced', 'ccci.dev']);
    assert.deepEqual(isPart(names) && names.categories, ['ccci']);
    const { subresources, additionalPrinterColumns: columns, served, storage } = version(kind);
    assert.deepEqual([subresources, served, storage], [{ status: {} }, true, true]);
    const shown = Array.isArray(columns) ? columns.map(({ name }: { name: string }) => name) : [];
    for (const name of ['Ready', 'Reason', 'Age', 'Message']) assert.ok(shown.includes(name), `${kind} ${name}`);
  }
});

test('the schema for editors has one entry for each kind that manifests declare, told apart by kind', () => {
  const { oneOf, definitions } = renderJsonSchema();
  assert.deepEqual(
    oneOf,
    MANIFEST_KINDS.map((kind) => ({ $ref: `#/definitions/${kind}` })),
  );
  for (const kind of MANIFEST_KINDS) {
    const definition = isPart(definitions) ? definitions[kind] : undefined;
    const properties = isPart(definition) && isPart(definition.properties) ? definition.properties : {};
    assert.deepEqual(isPart(properties.kind) && properties.kind.const, kind);
  }
});

test('the schema for editors says which fields this version refuses', () => {
  assert.match(
    JSON.stringify(renderJsonSchema()),
    /Not supported in this version: it will let the agent order what the list names/,
  );
});
