import assert from 'node:assert/strict';
import { test } from 'node:test';

import { agentLater, agentSchedule } from '#api/agent-later.ts';
import { KIND_ORDER } from '#api/kind.ts';
import { SCHEMAS } from '#api/kinds.ts';
import { Metadata } from '#api/metadata.ts';
import { checkSupported, LATER_FIELDS } from '#api/not-supported.ts';
import { descriptionOf, fieldsOf, schemaAt, unwrap } from '#api/schema-walk.ts';
import type { Schema } from '#api/schema-walk.ts';

import { FULLEST } from './sample-manifests.ts';

function everyField(schema: Schema, path: string): readonly { path: string; schema: Schema }[] {
  return [...fieldsOf(schema)].flatMap(([name, child]) => [
    { path: `${path}.${name}`, schema: child },
    ...everyField(child, `${path}.${name}`),
  ]);
}

test('every field of every kind has a description that ends with a full stop', () => {
  const roots = KIND_ORDER.flatMap((kind) => [
    { path: `${kind}.spec`, schema: SCHEMAS[kind].spec },
    { path: `${kind}.status`, schema: SCHEMAS[kind].status },
  ]);
  const fields = [...roots, { path: 'metadata', schema: Metadata }].flatMap(({ path, schema }) =>
    everyField(schema, path),
  );
  assert.ok(fields.length > 250);
  for (const { path, schema } of fields) assert.match(descriptionOf(schema), /^[A-Z`"].*\.$/, path);
});

test('a field that this version refuses exists and has no default, so that nothing is inert', () => {
  for (const [kind, fields] of Object.entries(LATER_FIELDS)) {
    const name = KIND_ORDER.find((one) => one === kind);
    assert.ok(name, kind);
    for (const path of Object.keys(fields)) {
      const schema = schemaAt(SCHEMAS[name].spec, path.split('.'));
      assert.ok(schema, `${kind}.${path} must exist`);
      assert.equal(unwrap(schema) === schema, false, `${kind}.${path} must be optional`);
      const parsed = SCHEMAS[name].spec.safeParse(FULLEST[name as keyof typeof FULLEST]);
      const found = path.split('.').reduce<unknown>((at, step) => Object(at)[step], parsed.data);
      assert.ok(
        [undefined, false].includes(found as undefined) || (found as unknown[]).length === 0,
        `${kind}.${path}`,
      );
    }
  }
});

test('every field that is kept for a later version is refused now', () => {
  const refused = (kind: string) => new Set(Object.keys(LATER_FIELDS[kind] ?? {}).map((path) => path.split('.')[0]));
  for (const field of Object.keys(agentLater)) assert.ok(refused('Agent').has(field), field);
  for (const field of Object.keys(agentSchedule)) assert.equal(refused('Agent').has(field), false, field);
});

const uses = [
  { reason: 'a guard that is set', kind: 'Agent', spec: { runAs: 'builder' }, want: ['spec.runAs'] },
  { reason: 'an empty list asks for nothing', kind: 'Agent', spec: { may: [] }, want: [] },
  { reason: 'a list with an entry', kind: 'Agent', spec: { may: ['RestartVM'] }, want: ['spec.may'] },
  { reason: 'a kind without such fields', kind: 'Notifier', spec: { type: 'Exec' }, want: [] },
  { reason: 'a spec that is no map', kind: 'Agent', spec: 'x', want: [] },
];

for (const { reason, kind, spec, want } of uses) {
  test(`a later field is refused only when it is used: ${reason}`, () => {
    assert.deepEqual(
      checkSupported({ kind, spec }).map(({ path }) => path.join('.')),
      want,
    );
  });
}
