import assert from 'node:assert/strict';
import { copyFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { before, describe, it } from 'node:test';
import { cruise } from 'dependency-cruiser';
import type { IConfiguration, ICruiseResult } from 'dependency-cruiser';
import { makeTempFolder, writeTree } from './temp-folder.ts';

interface Row {
  reason: string;
  file: string;
  text: string;
  rule: string;
}

const violations: Row[] = [
  {
    reason: 'plan reads no file',
    file: 'src/plan/a.ts',
    text: "import 'node:fs';",
    rule: 'pure-stages-use-no-node-module',
  },
  {
    reason: 'a late import is an import',
    file: 'src/plan/b.ts',
    text: "await import('node:os');",
    rule: 'pure-stages-use-no-node-module',
  },
  {
    reason: 'a core module without node: is one',
    file: 'src/status/a.ts',
    text: "import 'fs';",
    rule: 'pure-stages-use-no-node-module',
  },
  {
    reason: 'plan may not act',
    file: 'src/plan/c.ts',
    text: "import '#act/fine.ts';",
    rule: 'plan-imports-only-what-stands-before-it',
  },
  {
    reason: 'a type is an import',
    file: 'src/observe/a.ts',
    text: "import type { fine } from '#plan/fine.ts';",
    rule: 'observe-imports-only-what-stands-before-it',
  },
  {
    reason: 'a relative way round is no way round',
    file: 'src/observe/b.ts',
    text: "export * from '../plan/fine.ts';",
    rule: 'observe-imports-only-what-stands-before-it',
  },
  {
    reason: 'controller stands below web',
    file: 'src/controller/a.ts',
    text: "import '#web/fine.ts';",
    rule: 'controller-imports-only-what-stands-before-it',
  },
  {
    reason: 'a driver knows no kind',
    file: 'src/drivers/a.ts',
    text: "import '#api/agent.ts';",
    rule: 'drivers-know-no-kinds',
  },
  {
    reason: 'a driver knows no agent CLI',
    file: 'src/drivers/b.ts',
    text: "import '#backends/fine.ts';",
    rule: 'drivers-do-not-know-agent-clis',
  },
  { reason: 'api knows zod only', file: 'src/api/a.ts', text: "import 'yaml';", rule: 'api-imports-zod-only' },
  {
    reason: 'status runs no code that acts',
    file: 'src/status/b.ts',
    text: "import { fine } from '#act/fine.ts'; export const b = fine;",
    rule: 'pure-stages-take-values-from-pure-stages',
  },
  {
    reason: 'plan uses no package',
    file: 'src/plan/d.ts',
    text: "import 'pino';",
    rule: 'pure-stages-use-few-packages',
  },
  {
    reason: 'a package that is not there is seen',
    file: 'src/plan/e.ts',
    text: "import 'left-pad';",
    rule: 'no-unresolvable',
  },
  {
    reason: 'cli starts no process',
    file: 'src/cli/a.ts',
    text: "import 'node:child_process';",
    rule: 'processes-and-sockets-only-in-drivers',
  },
  {
    reason: 'web opens no socket itself',
    file: 'src/web/a.ts',
    text: "import 'node:http';",
    rule: 'processes-and-sockets-only-in-drivers',
  },
  {
    reason: 'act does not run programs itself',
    file: 'src/act/a.ts',
    text: "import 'execa';",
    rule: 'execa-only-in-drivers',
  },
  {
    reason: 'observe does not run git itself',
    file: 'src/observe/c.ts',
    text: "import 'simple-git';",
    rule: 'simple-git-only-in-drivers',
  },
  { reason: 'cli writes YAML through load', file: 'src/cli/b.ts', text: "import 'yaml';", rule: 'yaml-only-in-load' },
  {
    reason: 'controller watches through a driver',
    file: 'src/controller/b.ts',
    text: "import 'chokidar';",
    rule: 'chokidar-only-in-load-and-drivers',
  },
  {
    reason: 'patches are made in status',
    file: 'src/store/a.ts',
    text: "import 'fast-json-patch';",
    rule: 'json-patch-only-in-status',
  },
  {
    reason: 'a new folder needs a place in the list',
    file: 'src/common/a.ts',
    text: "import '#api/fact.ts';",
    rule: 'every-folder-is-in-the-list',
  },
  {
    reason: 'src does not need test',
    file: 'src/cli/c.ts',
    text: "import '../../test/support/fine.ts';",
    rule: 'src-stands-alone',
  },
  {
    reason: 'src does not need dev packages',
    file: 'src/cli/d.ts',
    text: "import 'fast-check';",
    rule: 'no-dev-packages-in-src',
  },
  { reason: 'an unused file is seen', file: 'src/load/a.ts', text: 'export const a = 1;', rule: 'no-orphans' },
  { reason: 'a circle is seen', file: 'src/store/b.ts', text: "import './c.ts';", rule: 'no-circular' },
  {
    reason: 'a test stands alone',
    file: 'test/unit/a.test.ts',
    text: "import './b.test.ts';",
    rule: 'tests-do-not-import-tests',
  },
  {
    reason: 'tests share in test/support',
    file: 'test/golden/a.test.ts',
    text: "import '../e2e/fine.ts';",
    rule: 'tests-share-only-what-is-made-for-it',
  },
];

const allowed: Record<string, string> = {
  'src/api/fact.ts': 'export const fact = 1;',
  'src/api/agent.ts': "import 'zod'; export const agent = 1;",
  'src/backends/fine.ts': "import '#api/agent.ts'; export const fine = 1;",
  'src/drivers/fine.ts': "import '#api/fact.ts'; import 'execa'; import 'node:net'; export const fine = 1;",
  'src/load/fine.ts': "import 'yaml'; import 'node:fs'; import '#drivers/fine.ts'; export const fine = 1;",
  'src/plan/fine.ts': "import 'zod'; import '#api/agent.ts'; import '#backends/fine.ts'; export const fine = 1;",
  'src/act/fine.ts': "import '#plan/fine.ts'; export const fine = 1;",
  'src/status/fine.ts':
    "import 'fast-json-patch'; import '#plan/fine.ts'; import type { fine as outcome } from '#act/fine.ts'; export const fine = 1;",
  'src/web/fine.ts': "import '#status/fine.ts'; export const fine = 1;",
  'src/cli/fine.ts': "import '#web/fine.ts'; import '#act/fine.ts'; import '#load/fine.ts'; export const fine = 1;",
  'test/support/fine.ts': "import '#cli/fine.ts'; export const fine = 1;",
  'test/e2e/fine.ts': "import '../support/fine.ts'; import 'fast-check'; export const fine = 1;",
};

const extra: Record<string, string> = {
  'src/store/c.ts': "import './b.ts'; export const c = 1;",
  'test/unit/b.test.ts': "import '../support/fine.ts';",
};

describe('the import rules', () => {
  let result: ICruiseResult;

  before(async () => {
    const folder = makeTempFolder('imports');
    writeTree(folder, { ...allowed, ...extra, ...Object.fromEntries(violations.map((row) => [row.file, row.text])) });
    copyFileSync('package.json', join(folder, 'package.json'));
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    const rules = (await import(resolve('.dependency-cruiser.mjs'))) as { default: IConfiguration };
    const { options, ...ruleSet } = rules.default;
    const report = await cruise(['src', 'test'], { ...options, baseDir: folder, ruleSet, validate: true });
    assert.ok(typeof report.output === 'object');
    result = report.output;
  });

  function rulesBrokenBy(file: string): string[] {
    return result.summary.violations
      .filter((violation) => violation.from === file)
      .map((violation) => violation.rule.name);
  }

  for (const row of violations) {
    it(`stops ${row.file}, because ${row.reason}`, () => {
      assert.ok(
        rulesBrokenBy(row.file).includes(row.rule),
        `expected "${row.rule}" among: ${rulesBrokenBy(row.file).join(', ')}`,
      );
    });
  }

  it('lets every allowed import pass', () => {
    assert.deepEqual(
      Object.keys(allowed).flatMap((file) => rulesBrokenBy(file).map((rule) => `${file}: ${rule}`)),
      [],
    );
  });

  it('has a row above for every rule but the direction of each folder', async () => {
    const rules = (await import(resolve('.dependency-cruiser.mjs'))) as { default: IConfiguration };
    const names = (rules.default.forbidden ?? []).map((rule) => rule.name ?? '');
    const tried = new Set([...violations.map((row) => row.rule), 'sockets-only-in-drivers']);
    assert.deepEqual(
      names.filter((name) => !tried.has(name) && !name.endsWith('-imports-only-what-stands-before-it')),
      [],
    );
  });
});
