import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { COVERED_VERSIONS } from '#backends/covered-versions.ts';

import { readRecordings } from '../../support/recordings/replay.ts';

test('the versions that count as known are those that the captures were made with', () => {
  const manifest = new URL('../../fixtures/screens/manifest.json', import.meta.url);
  const captures = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, { version: string }>;
  const versions = Object.fromEntries(Object.entries(captures).map(([cli, { version }]) => [cli, version]));
  assert.deepEqual({ ...COVERED_VERSIONS }, versions, 'correct src/backends/covered-versions.ts');
});

test('the recordings of signals were made with the same version as the captures', () => {
  for (const { version, name } of readRecordings('claude')) assert.equal(version, COVERED_VERSIONS.claude, name);
});
