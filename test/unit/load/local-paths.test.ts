import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { LocalPath } from '#api/fields.ts';
import { SCHEMAS } from '#api/kinds.ts';
import { MANIFEST_KINDS } from '#api/kind.ts';
import { LOCAL_PATHS, resolveLocalPaths } from '#load/local-paths.ts';

describe('local paths', () => {
  it('every field that the schemas call a local path is in the table, and nothing else', () => {
    const { pattern } = z.toJSONSchema(LocalPath);
    for (const kind of MANIFEST_KINDS) {
      const found = findPattern(
        z.toJSONSchema(SCHEMAS[kind].spec, { io: 'input', unrepresentable: 'any' }),
        pattern,
        '',
      );
      // Plans have the same form, but begin at the controller's workspace.
      const local = kind === 'Phase' ? [] : found;
      assert.deepEqual(local.sort(), [...(LOCAL_PATHS[kind] ?? [])].sort(), kind);
    }
  });

  it('begin at the folder of the manifest when they are relative; other fields and the given spec stay', () => {
    const spec = {
      workdir: 'clones/x',
      prompt: { file: '../p.md' },
      envFiles: ['/abs', 'rel'],
      env: [
        { name: 'A', value: 'rel' },
        { name: 'B', valueFrom: { file: 'b' } },
      ],
      session: 'clones/x',
    };
    const before = structuredClone(spec);
    assert.deepEqual(resolveLocalPaths('Agent', spec, '/m/n'), {
      workdir: '/m/n/clones/x',
      prompt: { file: '/m/p.md' },
      envFiles: ['/abs', '/m/n/rel'],
      env: [
        { name: 'A', value: 'rel' },
        { name: 'B', valueFrom: { file: '/m/n/b' } },
      ],
      session: 'clones/x',
    });
    assert.deepEqual(spec, before);
  });
});

/** Dotted paths of all texts with that pattern; `*` for the items of a list. */
function findPattern(schema: unknown, pattern: string | undefined, path: string): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const node: { pattern?: unknown; properties?: object; items?: unknown; allOf?: unknown[]; anyOf?: unknown[] } =
    schema;
  if (node.pattern === pattern) return [path];
  const join = (step: string): string => (path === '' ? step : `${path}.${step}`);
  return [
    ...Object.entries(node.properties ?? {}).flatMap(([field, child]) => findPattern(child, pattern, join(field))),
    ...(node.items === undefined ? [] : findPattern(node.items, pattern, join('*'))),
    ...[...(node.allOf ?? []), ...(node.anyOf ?? [])].flatMap((child) => findPattern(child, pattern, path)),
  ];
}
