import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';

import { valueOf } from '#api/fact.ts';
import { createSignalReader } from '#drivers/signals/spool-reader.ts';

let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ccci-test-tally-'));
  path = join(folder, 'lines.jsonl');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function sumOf(reader = createSignalReader()) {
  const add = (sum: number, line: Readonly<Record<string, unknown>>) => sum + Number(line['n'] ?? 0);
  return async () => valueOf(await reader.tally({ path, id: 'n', begin: 0, add }, process.getuid?.()));
}

test('each line is counted once, however often it is asked', async () => {
  const sum = sumOf();
  writeFileSync(path, '{"n":1}\n{"n":2}\n');
  assert.equal(await sum(), 3);
  assert.equal(await sum(), 3);
  appendFileSync(path, '{"n":4}\n');
  assert.equal(await sum(), 7);
});

test('a line that is still being written counts when it is whole', async () => {
  const sum = sumOf();
  writeFileSync(path, '{"n":1}\n{"n":');
  assert.equal(await sum(), 1);
  appendFileSync(path, '2}\n');
  assert.equal(await sum(), 3);
});

test('a file that was begun again is counted again', async () => {
  const sum = sumOf();
  writeFileSync(path, '{"n":1}\n{"n":2}\n');
  await sum();
  writeFileSync(path, '{"n":5}\n');
  assert.equal(await sum(), 5);
});

test('what is no JSON is passed over, and no file is absent', async () => {
  assert.equal(await sumOf()(), undefined);
  writeFileSync(path, 'garbage\n{"n":2}\n[1]\n');
  assert.equal(await sumOf()(), 2);
});

test('a file of many megabytes is counted to its end by the first look', async () => {
  const line = `{"n":1,"text":"${'x'.repeat(1000)}"}\n`;
  const count = 20_000;
  writeFileSync(path, line.repeat(count));
  assert.equal(await sumOf()(), count, 'a part of it would look like all, and the rest like something new');
});

test('a line that is larger than what is read at once is passed over', async () => {
  writeFileSync(path, `{"n":1}\n{"text":"${'x'.repeat(20 * 1024 * 1024)}"}\n{"n":2}\n`);
  assert.equal(await sumOf()(), 3);
});
