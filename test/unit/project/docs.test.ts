import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

import { COMMANDS } from '#cli/command-table.ts';

const PAGES = globSync(['*.md', 'docs/**/*.md', 'src/README.md', 'prompts/*.md']).sort();
const SCRIPTS = Object.keys((JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object }).scripts);

for (const page of PAGES) {
  const text = readFileSync(page, 'utf8');

  test(`every local link of ${page} leads somewhere`, () => {
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, link]) => link ?? '');
    const broken = links.filter((link) => !existsSync(join(dirname(page), link)));
    assert.deepEqual(broken, []);
  });

  test(`every command that ${page} shows exists`, () => {
    const code = [...text.matchAll(/```[\s\S]*?```|`[^`\n]+`/g)].map(([span]) => span).join('\n');
    const shown = [...code.matchAll(/(?:^|[`\s])(?:bin\/)?ccci ([a-z_]+)/g)].map(([, word]) => word ?? '');
    // Help texts are sentences in a code block; they are made of the commands themselves.
    const isHelp = page === 'docs/cli.md';
    const unknown = shown.filter((word) => !isHelp && word !== 'help' && !Object.hasOwn(COMMANDS, word));
    assert.deepEqual([...new Set(unknown)], []);
  });

  test(`every npm script that ${page} names exists`, () => {
    const named = [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, script]) => script ?? '');
    assert.deepEqual(
      named.filter((script) => !SCRIPTS.includes(script)),
      [],
    );
  });
}

test('the list of pages in the README is whole', () => {
  const readme = readFileSync('README.md', 'utf8');
  const pages = globSync('docs/*.md');
  assert.deepEqual(
    pages.filter((page) => !readme.includes(page)),
    [],
  );
});
