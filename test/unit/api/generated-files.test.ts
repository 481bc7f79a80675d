import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { generateFiles } from '../../../scripts/generate.ts';

const ROOT = join(import.meta.dirname, '../../..');

function read(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), 'utf8');
  } catch {
    return undefined;
  }
}

test('generated files are what the schemas say', () => {
  for (const [path, content] of generateFiles()) {
    assert.ok(read(path) === content, `${path} is not what src/api says: run "npm run generate" and commit the result`);
  }
});

test('no generated file is left over', () => {
  const wanted = new Set(generateFiles().keys());
  const left = readdirSync(join(ROOT, 'crds')).filter((name) => !wanted.has(`crds/${name}`));
  assert.deepEqual(left, [], 'crds/ holds files that no kind makes: run "npm run generate" and commit the result');
});

test('generating twice gives the same', () => {
  assert.deepEqual(generateFiles(), generateFiles());
});
