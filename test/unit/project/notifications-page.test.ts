import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { loadManifests } from '#load/load-manifests.ts';

const PAGE = join(import.meta.dirname, '../../../docs/notifications.md');

test('every manifest in docs/notifications.md can be applied', async () => {
  const text = await readFile(PAGE, 'utf8');
  const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => yaml ?? '');
  assert.notEqual(examples.length, 0);
  const folder = await mkdtemp(join(tmpdir(), 'ccci-test-page-'));
  try {
    for (const [index, yaml] of examples.entries()) await writeFile(join(folder, `${String(index)}.yaml`), yaml);
    const loaded = await loadManifests([folder], { cwd: folder, recursive: false });
    assert.deepEqual('mistakes' in loaded ? loaded.mistakes : [], []);
    assert.ok('objects' in loaded);
    const types = loaded.objects.map(({ object }) => object.spec['type']);
    assert.deepEqual(types.toSorted(), ['Exec', 'Ntfy', 'Slack', 'Webhook']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
