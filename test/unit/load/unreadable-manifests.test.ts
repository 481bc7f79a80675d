import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mistakesOf, repository } from './manifest-files.ts';
import type { Files } from './manifest-files.ts';

describe('what can not be read', () => {
  const rows: { reason: string; files: Files; paths?: string[]; lines: string[] }[] = [
    {
      reason: 'a path that is not there',
      files: {},
      paths: ['nope.yaml'],
      lines: ['nope.yaml: must be there, but there is no such file or folder'],
    },
    {
      reason: 'a folder without manifests',
      files: { 'sub/a.yaml': repository('a') },
      lines: ['.: must hold a manifest: a file *.yaml, *.yml or *.json; use -R to look into the folders in it'],
    },
    {
      reason: 'a file over 1 MiB',
      files: { 'a.yaml': Buffer.alloc(50 * 2 ** 20, 'a') },
      lines: ['a.yaml: must have at most 1 MiB, but has 50 MiB'],
    },
    {
      reason: 'a binary file',
      files: { 'a.yaml': Buffer.from('7f454c460a00', 'hex') },
      lines: ['a.yaml:2:1: must be text, but holds NUL bytes, as binary files do'],
    },
    {
      reason: 'UTF-16',
      files: { 'a.yaml': Buffer.from('\uFEFFkind: Agent', 'utf16le') },
      lines: ['a.yaml: must be UTF-8 text, but is UTF-16; convert it, for example with iconv -f utf-16 -t utf-8'],
    },
    {
      reason: 'Latin-1',
      files: { 'a.yaml': Buffer.from('a: b\n# Gr\xfc\xdfe\n', 'latin1') },
      lines: ['a.yaml:2:1: must be UTF-8 text, but is not'],
    },
    {
      reason: 'standard input that nobody gives',
      files: {},
      paths: ['-'],
      lines: ['<stdin>: must be given, but there is no standard input'],
    },
    {
      reason: 'a bracket that is not closed',
      files: { 'a.yaml': 'kind: [Agent\nspec: 1\n' },
      lines: [
        'a.yaml:2:1: must be valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
      ],
    },
    {
      reason: 'tabs',
      files: { 'a.yaml': 'spec:\n\tmode: Loop\n' },
      lines: ['a.yaml:2:1: must be valid YAML: Tabs are not allowed as indentation'],
    },
    {
      reason: 'a field twice',
      files: { 'a.yaml': 'kind: Agent\nspec: {}\nkind: Gate\n' },
      lines: ['a.yaml:3:1: kind: must be there once, but "kind" is there again'],
    },
    {
      reason: 'a dangerous name',
      files: { 'a.yaml': 'spec:\n  __proto__: {polluted: true}\n' },
      lines: ['a.yaml:2:3: spec.__proto__: must not be named "__proto__"'],
    },
    {
      reason: 'a merge key',
      files: { 'a.yaml': 'base: &b {a: 1}\nspec:\n  <<: *b\n' },
      lines: [
        'a.yaml:3:3: spec.<<: must not be used: YAML 1.2 has no merge keys; repeat the fields, or use an alias for a whole value',
      ],
    },
    {
      reason: 'a tag',
      files: { 'a.yaml': 'spec: !!js/function "x"\n' },
      lines: [
        'a.yaml:1:21: spec: must not have the tag "tag:yaml.org,2002:js/function"; remove it: manifests need no tags',
      ],
    },
    {
      reason: 'an alias of nothing',
      files: { 'a.yaml': 'spec: *x\n' },
      lines: [
        'a.yaml:1:7: spec: must be an alias of an earlier value, but "*x" names an anchor that does not stand before it',
      ],
    },
    {
      reason: 'an alias inside of what it names',
      files: { 'a.yaml': 'spec: &x\n  a: *x\n' },
      lines: ['a.yaml:2:6: spec.a: must be an alias of an earlier value, but "*x" stands inside of what it names'],
    },
    { reason: 'infinity', files: { 'a.yaml': 'spec: .inf\n' }, lines: ['a.yaml:1:7: spec: must be a finite number'] },
    {
      reason: 'a list as a name',
      files: { 'a.yaml': '? [a]\n: b\n' },
      lines: ['a.yaml:1:3: must have a name before each ":", not a list, a map, an alias or nothing'],
    },
    {
      reason: 'a document that is no object',
      files: { 'a.yaml': 'just text\n' },
      lines: ['a.yaml:1:1: must be a map with apiVersion, kind, metadata and spec'],
    },
  ];
  for (const { reason, files, paths, lines } of rows) {
    it(reason, async () => assert.deepEqual(await mistakesOf(files, paths), lines));
  }

  it('standard input over 1 MiB is not read to its end', async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        given += 2 ** 16;
        yield Buffer.alloc(2 ** 16, 'a');
      }
    }
    assert.deepEqual(await mistakesOf({}, ['-'], { readStdin: endless }), [
      '<stdin>: must have at most 1 MiB, but has more',
    ]);
    assert.ok(given < 3 * 2 ** 20, `${given} bytes were taken`);
  });
});
