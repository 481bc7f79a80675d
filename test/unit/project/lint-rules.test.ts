import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

interface Row {
  reason: string;
  file: string;
  code: string;
  rule: string;
}

const lines = (count: number): string => 'work();\n'.repeat(count);

const violations: Row[] = [
  {
    reason: 'plan has no clock',
    file: 'src/plan/a.ts',
    code: 'export const a = Date.now();',
    rule: 'no-restricted-properties',
  },
  {
    reason: 'plan has no clock',
    file: 'src/plan/a.ts',
    code: 'export const a = new Date();',
    rule: 'no-restricted-syntax',
  },
  {
    reason: 'plan has no clock',
    file: 'src/plan/a.ts',
    code: 'export const a = performance.now();',
    rule: 'no-restricted-globals',
  },
  {
    reason: 'plan has no dice',
    file: 'src/plan/a.ts',
    code: 'export const a = Math.random();',
    rule: 'no-restricted-properties',
  },
  {
    reason: 'plan has no dice',
    file: 'src/plan/a.ts',
    code: 'export const a = crypto.randomUUID();',
    rule: 'no-restricted-globals',
  },
  {
    reason: 'status has no environment',
    file: 'src/status/a.ts',
    code: 'export const a = process.env.HOME;',
    rule: 'no-restricted-globals',
  },
  { reason: 'status prints nothing', file: 'src/status/a.ts', code: 'console.log(1);', rule: 'no-restricted-globals' },
  {
    reason: 'api promises nothing',
    file: 'src/api/a.ts',
    code: 'export const a = Promise.resolve(1);',
    rule: 'no-restricted-globals',
  },
  {
    reason: 'api promises nothing',
    file: 'src/api/a.ts',
    code: 'export async function a() {}',
    rule: 'no-restricted-syntax',
  },
  {
    reason: 'api promises nothing',
    file: 'src/api/a.ts',
    code: 'export const a = async () => 1;',
    rule: 'no-restricted-syntax',
  },
  {
    reason: 'backends wait for nothing',
    file: 'src/backends/a.ts',
    code: 'await work();',
    rule: 'no-restricted-syntax',
  },
  {
    reason: 'backends wait for nothing',
    file: 'src/backends/a.ts',
    code: 'setTimeout(work, 1);',
    rule: 'no-restricted-globals',
  },
  { reason: 'backends fetch nothing', file: 'src/backends/a.ts', code: 'fetch("x");', rule: 'no-restricted-globals' },
  {
    reason: 'plan loads nothing late',
    file: 'src/plan/a.ts',
    code: 'void import("./b.ts");',
    rule: 'no-restricted-syntax',
  },
  {
    reason: 'plan remembers nothing',
    file: 'src/plan/a.ts',
    code: 'let count = 0; count += 1;',
    rule: 'no-restricted-syntax',
  },
  {
    reason: 'plan knows no locale',
    file: 'src/plan/a.ts',
    code: '["a"].sort((a, b) => a.localeCompare(b));',
    rule: 'no-restricted-syntax',
  },
  {
    reason: 'plan knows no time zone',
    file: 'src/plan/a.ts',
    code: 'new Date(0).getHours();',
    rule: 'no-restricted-syntax',
  },
  {
    reason: 'only cli knows the process',
    file: 'src/act/a.ts',
    code: 'process.exit(1);',
    rule: 'no-restricted-globals',
  },
  { reason: 'only cli prints', file: 'src/controller/a.ts', code: 'console.log(1);', rule: 'no-console' },
  { reason: 'Node can not run an enum', file: 'src/act/a.ts', code: 'enum A { b }', rule: 'no-restricted-syntax' },
  { reason: 'exports have names', file: 'src/act/a.ts', code: 'export default 1;', rule: 'no-restricted-syntax' },
  {
    reason: 'exports are explained',
    file: 'src/act/a.ts',
    code: 'export const a = 1;',
    rule: 'ccci/exported-docstring',
  },
  {
    reason: 'exports are explained',
    file: 'src/act/a.ts',
    code: '// a\nexport function a() {}',
    rule: 'ccci/exported-docstring',
  },
  {
    reason: 'exports say what they are',
    file: 'src/act/a.ts',
    code: '/** A. */\nexport class AgentManager {}',
    rule: 'ccci/export-name',
  },
  {
    reason: 'exports say what they are',
    file: 'src/act/a.ts',
    code: '/** A. */\nexport const phaseData = 1;',
    rule: 'ccci/export-name',
  },
  { reason: 'files say what they are', file: 'src/act/string-utils.ts', code: '', rule: 'ccci/file-name' },
  { reason: 'files are in kebab-case', file: 'src/act/startSession.ts', code: '', rule: 'ccci/file-name' },
  { reason: 'there is no index.ts', file: 'src/act/index.ts', code: '', rule: 'ccci/file-name' },
  { reason: 'a border shows', file: 'src/act/a.ts', code: 'import "../plan/plan.ts";', rule: 'ccci/import-form' },
  {
    reason: 'a border shows',
    file: 'test/unit/act/a.test.ts',
    code: 'import "../../../src/plan/plan.ts";',
    rule: 'ccci/import-form',
  },
  { reason: 'no border is invented', file: 'src/act/a.ts', code: 'import "#act/b.ts";', rule: 'ccci/import-form' },
  {
    reason: 'a suppression has a reason',
    file: 'src/act/a.ts',
    code: '// eslint-disable-next-line no-console\nwork();',
    rule: 'ccci/suppression-reason',
  },
  {
    reason: 'types are not silenced',
    file: 'src/act/a.ts',
    code: '// @ts-ignore\nwork();',
    rule: 'ccci/suppression-reason',
  },
  { reason: 'no open ends', file: 'src/act/a.ts', code: `// ${'TO'}${'DO'}: later`, rule: 'no-warning-comments' },
  {
    reason: 'functions are small',
    file: 'src/act/a.ts',
    code: `function a() {\n${lines(60)}}`,
    rule: 'max-lines-per-function',
  },
  {
    reason: 'functions of plan are smaller',
    file: 'src/plan/a.ts',
    code: `function a() {\n${lines(30)}}`,
    rule: 'max-lines-per-function',
  },
  { reason: 'files are small', file: 'src/act/a.ts', code: lines(301), rule: 'max-lines' },
  { reason: 'few parameters', file: 'src/act/a.ts', code: 'function a(b, c, d, e) {}', rule: 'max-params' },
  {
    reason: 'little nesting',
    file: 'src/act/a.ts',
    code: 'function f(a) { if (a) { if (a.b) { if (a.c) { if (a.d) work(); } } } }',
    rule: 'max-depth',
  },
  {
    reason: 'few paths',
    file: 'src/act/a.ts',
    code: `function f(a) { return ${'a && '.repeat(12)}a; }`,
    rule: 'complexity',
  },
  {
    reason: 'satisfies, not as',
    file: 'src/act/a.ts',
    code: 'const a = {} as A; work(a);',
    rule: '@typescript-eslint/consistent-type-assertions',
  },
  {
    reason: 'types are imported as types',
    file: 'src/act/a.ts',
    code: 'import { A } from "#api/a.ts"; let a: A; work(a);',
    rule: '@typescript-eslint/consistent-type-imports',
  },
];

const fine: Row[] = [
  {
    reason: 'the clock stands in the arguments',
    file: 'src/plan/a.ts',
    code: '/** A. */\nexport function a(now: number): string { return new Date(now).toISOString(); }',
    rule: '',
  },
  {
    reason: 'schema and type share a docstring',
    file: 'src/api/a.ts',
    code: '/** A. */\nexport const A = 1;\nexport type A = typeof A;',
    rule: '',
  },
  { reason: 'cli is the home of the process', file: 'src/cli/a.ts', code: 'console.log(process.pid);', rule: '' },
  {
    reason: 'a border is crossed with #',
    file: 'src/act/a.ts',
    code: 'import "#plan/plan.ts"; import "./b.ts"; import "zod";',
    rule: '',
  },
  {
    reason: 'a suppression may have a reason',
    file: 'src/act/a.ts',
    code: '// eslint-disable-next-line no-console -- the last resort\nconsole.log(1);',
    rule: 'no-restricted-globals',
  },
];

// Rules that need types need a file on disk; those are the type checker's own and not tried here.
const eslint = new ESLint({
  overrideConfig: [
    { files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked },
    { files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: false, project: null } } },
  ],
});

async function rulesBrokenBy(row: Row): Promise<string[]> {
  const [result] = await eslint.lintText(row.code, { filePath: row.file });
  return (result?.messages ?? []).map((message) => message.ruleId ?? message.message);
}

describe('the lint rules', () => {
  for (const row of violations) {
    it(`stop ${JSON.stringify(row.code.slice(0, 60))} in ${row.file}, because ${row.reason}`, async () => {
      const broken = await rulesBrokenBy(row);
      assert.ok(broken.includes(row.rule), `expected "${row.rule}" among: ${broken.join(', ')}`);
    });
  }
  for (const row of fine) {
    it(`let ${JSON.stringify(row.code.slice(0, 60))} pass in ${row.file}, because ${row.reason}`, async () => {
      assert.deepEqual(
        (await rulesBrokenBy(row)).filter((rule) => rule !== row.rule),
        [],
      );
    });
  }
});
