import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import fc from 'fast-check';

import { shellQuote } from '#backends/shell-quote.ts';
import { renderLauncher, type LauncherRequest } from '#plan/agent/launcher-script.ts';

let folder = '';
before(() => void (folder = mkdtempSync(join(tmpdir(), 'ccci-test-launcher-'))));
after(() => rmSync(folder, { recursive: true, force: true }));

const SHOW = 'process.stdout.write(JSON.stringify({ argv: process.argv.slice(1), env: process.env }))';

/** Runs the rendered launcher with a real shell; answers what the program got. */
function launch(request: Partial<LauncherRequest>, args: readonly string[] = []) {
  const path = join(folder, 'launch.sh');
  const argv = [process.execPath, '-e', SHOW, '--', ...args];
  const usual = { title: 'test', base: {}, environment: {}, valueFiles: [], envFiles: [] };
  writeFileSync(path, renderLauncher({ ...usual, argv, ...request }));
  chmodSync(path, 0o700);
  const run = spawnSync('/bin/sh', [path], { encoding: 'utf8', env: {}, maxBuffer: 1e8 });
  assert.equal(run.status, 0, run.stderr);
  return JSON.parse(run.stdout) as { argv: string[]; env: Record<string, string> };
}

const texts: readonly { title: string; text: string }[] = [
  { title: 'quotes of every kind', text: `it's "so" \`then\`` },
  { title: 'newlines, at the end too', text: 'one\n\ntwo\n' },
  { title: 'a command substitution', text: '$(touch /tmp/never) ${HOME} `id`' },
  { title: 'what a shell would expand or split', text: '* ~ ; & | < > ( ) { } [ ] ! # \\ \\n \t  two  blanks ' },
  { title: 'emoji and other scripts', text: '👩‍🚀 größer 漢字 ‮' },
  { title: 'nothing', text: '' },
  { title: 'a dash', text: '-rf' },
  { title: '100 KB', text: "a'b\n".repeat(25_000) },
];

describe('a launcher', () => {
  for (const { title, text } of texts) {
    test(`hands on byte for byte: ${title}`, () => {
      const got = launch({ environment: { EXAMPLE: text } }, [text]);
      assert.equal(got.argv[0], text);
      assert.equal(got.env['EXAMPLE'], text);
    });
  }

  test('reads env files without executing them', () => {
    const path = join(folder, "it's an env file");
    const lines = [
      '# a comment',
      'PLAIN=x',
      '  INDENTED=y',
      'export EXPORTED=z',
      `DOUBLE="two words"`,
      `SINGLE='it is $(id)'`,
      'SHELL_TEXT=$(id) `id` $HOME',
      'EQUALS=a=b',
      'EMPTY=',
      'CRLF=windows\r',
      'not a line of a file',
      '1BAD=x',
      'BAD-NAME=x',
      'CCCI_AGENT=somebody else',
      'LAST=no newline',
    ];
    writeFileSync(path, lines.join('\n'));
    const { env } = launch({ envFiles: [path], environment: { CCCI_AGENT: 'builder' } });
    const names = [...'PLAIN INDENTED EXPORTED DOUBLE SINGLE SHELL_TEXT EQUALS EMPTY CRLF LAST CCCI_AGENT'.split(' ')];
    assert.deepEqual(Object.fromEntries(names.map((name) => [name, env[name]])), {
      PLAIN: 'x',
      INDENTED: 'y',
      EXPORTED: 'z',
      DOUBLE: 'two words',
      SINGLE: 'it is $(id)',
      SHELL_TEXT: '$(id) `id` $HOME',
      EQUALS: 'a=b',
      EMPTY: '',
      CRLF: 'windows',
      LAST: 'no newline',
      CCCI_AGENT: 'builder',
    });
    assert.equal(env['1BAD'] ?? env['BAD-NAME'], undefined);
  });

  test('takes a value from a file, and lets env files override only the base', () => {
    writeFileSync(join(folder, 'token'), 's3cret\n');
    writeFileSync(join(folder, 'env'), 'PATH=/own\nEXAMPLE=file\n');
    const { env } = launch({
      base: { PATH: '/usr/bin' },
      environment: { EXAMPLE: 'manifest' },
      envFiles: [join(folder, 'env')],
      valueFiles: [{ name: 'TOKEN', file: join(folder, 'token') }],
    });
    assert.deepEqual([env['PATH'], env['EXAMPLE'], env['TOKEN']], ['/own', 'manifest', 's3cret']);
  });

  test('ends with status 78 when a file can not be read, and starts nothing', () => {
    const path = join(folder, 'launch.sh');
    const usual = { title: 'test', base: {}, environment: {}, valueFiles: [], argv: ['/bin/echo', 'started'] };
    writeFileSync(path, renderLauncher({ ...usual, envFiles: [join(folder, 'absent')] }));
    const run = spawnSync('/bin/sh', [path], { encoding: 'utf8' });
    assert.equal(run.status, 78);
    assert.equal(run.stdout, '');
    assert.match(run.stderr, /could not read the env file/);
  });
});

test('any text is one word of a real shell', () => {
  const text = fc
    .string({ unit: 'binary', maxLength: 60 })
    .filter((each) => !each.includes('\0') && each.isWellFormed());
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (list) => {
      const script = `printf '%s\\0' ${list.map(shellQuote).join(' ')}`;
      const out = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
      assert.deepEqual(out.split('\0').slice(0, -1), list);
    }),
    { numRuns: 40 },
  );
});
