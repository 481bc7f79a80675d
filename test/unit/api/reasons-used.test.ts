import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { CONDITION_TYPES, REASONS } from '#api/reasons.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** Words of the contract that no part gives yet; a word leaves this list when a part gives it. */
const AWAITED_REASONS = ['InvalidManifest', 'OperationUnsettled', 'TmuxUnknown', 'WaitingDeclared'];
const AWAITED_TYPES = ['ManifestValid', 'StorageAvailable'];

const source = globSync('src/**/*.ts', { cwd: ROOT })
  .filter((path) => !/^src\/api\/reasons/.test(path))
  .map((path) => readFileSync(join(ROOT, path), 'utf8'))
  .join('\n');

function unused(words: readonly string[]): readonly string[] {
  return words.filter((word) => !new RegExp(`\\b${word}\\b`).test(source));
}

test('every documented Reason is given by some part of the program', () => {
  assert.deepEqual(
    unused(Object.keys(REASONS)).filter((word) => !AWAITED_REASONS.includes(word)),
    [],
    'take these out of src/api/reasons-*.ts, or give them where they are true',
  );
});

test('every documented condition type is set by some part of the program', () => {
  assert.deepEqual(
    unused(Object.keys(CONDITION_TYPES)).filter((word) => !AWAITED_TYPES.includes(word)),
    [],
    'take these out of src/api/reasons.ts, or set them where they are true',
  );
});
