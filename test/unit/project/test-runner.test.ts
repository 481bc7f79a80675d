import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { makeTempFolder, writeTree } from './temp-folder.ts';

interface Row {
  reason: string;
  files: Record<string, string>;
  part?: string;
  env?: Record<string, string>;
  code: number;
  says: RegExp[];
}

const start = "import { it } from 'node:test';\n";

const rows: Row[] = [
  {
    reason: 'counts what passes and is content',
    files: {
      'test/unit/a.test.ts': `${start}it('one', () => {});`,
      'test/unit/deep/b.test.ts': `${start}it('two', () => {});`,
    },
    code: 0,
    says: [/^ {2}ok test\/unit\/deep\/b\.test\.ts \(1 passed/m, /\n2 passed, 0 failed, 0 skipped\n$/],
  },
  {
    reason: 'shows where and why a test fails',
    files: {
      'test/unit/a.test.ts': `${start}it('one', () => {});\nit('compares', () => { throw new Error('1 is not 2'); });`,
    },
    code: 1,
    says: [
      /FAILED compares\n {4}at test\/unit\/a\.test\.ts:3\n {4}Error: 1 is not 2\n/,
      /\n1 passed, 1 failed, 0 skipped\n$/,
    ],
  },
  {
    reason: 'takes a crash of a test file for a failure',
    files: { 'test/unit/a.test.ts': 'process.exit(3);' },
    code: 1,
    says: [/the test file ended with exit code 3/, /\n0 passed, 1 failed, 0 skipped\n$/],
  },
  {
    reason: 'says what is skipped and why',
    files: { 'test/unit/a.test.ts': `${start}it('one', { skip: 'no root' }, () => {});` },
    code: 0,
    says: [/SKIPPED test\/unit\/a\.test\.ts: one: no root\n/, /\n0 passed, 0 failed, 1 skipped\n$/],
  },
  {
    reason: 'takes a skip for a failure in CI',
    files: { 'test/unit/a.test.ts': `${start}it('one', { skip: 'no root' }, () => {});` },
    env: { CI: 'true' },
    code: 1,
    says: [/A skip is a failure here/, /\n0 passed, 0 failed, 1 skipped\n$/],
  },
  {
    reason: 'takes a folder without tests for a failure',
    files: { 'test/unit/a.ts': '' },
    code: 1,
    says: [/no test file below test\/unit: expected at least one/, /\n0 passed, 1 failed, 0 skipped\n$/],
  },
  {
    reason: 'skips a folder that does not exist yet',
    files: {},
    code: 0,
    says: [/SKIPPED part unit: there is no test\/unit/],
  },
  {
    reason: 'misses a folder that does not exist in CI',
    files: {},
    env: { CI: 'true' },
    code: 1,
    says: [/0 passed, 1 failed/],
  },
  {
    reason: 'knows its parts',
    files: {},
    part: 'units',
    code: 2,
    says: [/"units" is no part: expected one of check, fast, all, long/],
  },
];

/** A test that says where it keeps its things, starts a process of its own session, and never ends. */
const endless = `import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { it } from 'node:test';
it('never ends', async () => {
  const folder = mkdtempSync(process.env.TMPDIR + '/ccci-test-' + process.pid + '-endless-');
  const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore', env: { PATH: process.env.PATH, HERE: folder } });
  console.log('started', folder, child.pid, '.');
  await new Promise(() => setInterval(() => {}, 1000));
});
`;

function runnerEnvironment(): NodeJS.ProcessEnv {
  // node --test does not start inside itself while this variable is there.
  const { NODE_TEST_CONTEXT: _context, CI: _ci, CCCI_TEST_PART: _part, ...env } = process.env;
  return env;
}

function commandOf(pid: string): string {
  return existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '';
}

async function firstMatch(stream: Readable, pattern: RegExp): Promise<RegExpExecArray> {
  let seen = '';
  for await (const chunk of stream) {
    seen += String(chunk);
    const match = pattern.exec(seen);
    if (match) return match;
  }
  throw new Error(`the runner ended without ${pattern}: ${seen}`);
}

describe('scripts/test.ts', () => {
  it('leaves no process and no folder behind on Ctrl-C', async () => {
    const folder = makeTempFolder('runner');
    writeTree(folder, { 'test/unit/a.test.ts': endless });
    symlinkSync(resolve('scripts'), join(folder, 'scripts'));
    const runner = spawn(process.execPath, ['scripts/test.ts', 'unit'], {
      cwd: folder,
      env: { ...runnerEnvironment(), TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(runner, 'exit');
    const [, left = '', pid = ''] = await firstMatch(runner.stdout, /started (\S+) (\d+) \./);
    runner.kill('SIGINT');
    assert.deepEqual(await ended, [130, null]);
    assert.equal(existsSync(left), false);
    while (commandOf(pid).startsWith('sleep')) await setTimeout(10);
  });

  for (const row of rows) {
    it(row.reason, () => {
      const folder = makeTempFolder('runner');
      writeTree(folder, row.files);
      symlinkSync(resolve('scripts'), join(folder, 'scripts'));
      const result = spawnSync(process.execPath, ['scripts/test.ts', row.part ?? 'unit'], {
        cwd: folder,
        env: { ...runnerEnvironment(), ...row.env },
        encoding: 'utf8',
      });
      const output = result.stdout + result.stderr;
      for (const pattern of row.says) assert.match(output, pattern);
      assert.equal(result.status, row.code);
    });
  }
});
