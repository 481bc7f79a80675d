import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { renderCliPage } from '#cli/render-cli-page.ts';

test('the page of commands is what their help says', async () => {
  const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
  assert.ok(page === (await renderCliPage()), 'docs/cli.md is old: run "npm run generate" and commit the result');
});
