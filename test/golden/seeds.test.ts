import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { runSeed } from '../simulate/run-seed.ts';

const FOLDER = join(import.meta.dirname, 'seeds');
const MOST_LINES = 40;
const isUpdating = process.env['UPDATE_GOLDEN'] === '1';

// Each file is a seed: what its life shows, then what is decided in it now. A new accident makes another life of it.
describe('what is decided in lives full of accidents', () => {
  for (const file of readdirSync(FOLDER).sort()) {
    const path = join(FOLDER, file);
    const before = readFileSync(path, 'utf8');
    const reason = before.slice(0, before.indexOf('\n'));
    test(`seed ${file.replace('.txt', '')}: ${reason.replace(/^# /, '')}`, async () => {
      const { story, violation } = await runSeed(Number(file.replace('.txt', '')));
      assert.equal(violation, undefined);
      const decisions = story.flatMap((line) => /  decides ((?:Agent|Gate)\/\w+: \w+ \(\w+)/.exec(line)?.[1] ?? []);
      const is = `${[reason, ...decisions.map((text) => text.replace(' (', ' - '))].join('\n')}\n`;
      if (isUpdating) writeFileSync(path, is);
      assert.ok(is.split('\n').length <= MOST_LINES, 'a seed is kept for its decisions: choose one with fewer');
      assert.equal(is, isUpdating ? is : before, 'read the difference; if it is meant, "npm run golden" keeps it');
    });
  }
});
