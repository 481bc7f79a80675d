import assert from 'node:assert/strict';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { createSignalReader } from '#drivers/signals/spool-reader.ts';

test('of several files that fit a name the newest is read, and none of those that do not fit', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ccci-test-newest-'));
  try {
    const reader = createSignalReader();
    const request = { path: join(folder, 'session-*-abcd.jsonl'), kind: 'jsonl', maxBytes: 1000 } as const;
    assert.equal((await reader.file(request, process.getuid?.())).state, 'absent');
    for (const [index, name] of ['session-2-abcd.jsonl', 'session-1-abcd.jsonl', 'session-3-ef.jsonl'].entries()) {
      await writeFile(join(folder, name), `{"name":"${name}"}\n`);
      await utimes(join(folder, name), 1000 + index, 1000 + index);
    }
    const found = await reader.file(request, process.getuid?.());
    assert.deepEqual(found.state === 'known' && found.value.lines, [{ name: 'session-1-abcd.jsonl' }]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
