import tseslint from 'typescript-eslint';
import { lintRules } from './scripts/lint-rules.ts';

const pureFolders = ['api', 'backends', 'plan', 'status'].map((folder) => `src/${folder}/**/*.ts`);
const pure = 'api, backends, plan and status are pure: take it as an argument';

function globals(names, message) {
  return names.map((name) => ({ name, message: `${message}.` }));
}

const forms = [
  { selector: 'TSEnumDeclaration', message: 'Node strips types and can not run an enum: use a union of strings.' },
  { selector: 'TSModuleDeclaration[kind!="global"]', message: 'Node can not strip a namespace: use a file.' },
  { selector: 'ExportDefaultDeclaration', message: 'Give it a name: only named exports are used.' },
];

const impureForms = [
  { selector: 'AwaitExpression', message: `${pure}, already read.` },
  { selector: ':function[async=true]', message: 'A pure stage promises nothing: make it an ordinary function.' },
  { selector: 'ForOfStatement[await=true]', message: `${pure}, already read.` },
  { selector: 'ImportExpression', message: 'A pure stage imports at the top of the file only.' },
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: `${pure} (now).` },
  { selector: 'CallExpression[callee.name="Date"]', message: `${pure} (now).` },
  { selector: 'MetaProperty', message: `${pure}.` },
  {
    selector: 'Program > VariableDeclaration[kind="let"]',
    message: 'A pure stage remembers nothing: return it as a value.',
  },
  {
    selector: 'Program > ExportNamedDeclaration > VariableDeclaration[kind="let"]',
    message: 'A pure stage remembers nothing: return it as a value.',
  },
  {
    selector: 'CallExpression[callee.property.name=/^(localeCompare|toLocale\\w+)$/]',
    message: 'The answer depends on the machine: compare with < and >, or render without a locale.',
  },
  {
    selector:
      'CallExpression[callee.property.name=/^(get|set)(FullYear|Month|Date|Day|Hours|Minutes|Seconds|TimezoneOffset)$/]',
    message: 'The answer depends on the time zone of the machine: use the UTC form.',
  },
];

const impureGlobals = globals(
  [
    ...[
      'process',
      'console',
      'performance',
      'crypto',
      'fetch',
      'Promise',
      'globalThis',
      'global',
      'navigator',
      'WebSocket',
    ],
    ...[
      'setTimeout',
      'setInterval',
      'setImmediate',
      'clearTimeout',
      'clearInterval',
      'clearImmediate',
      'queueMicrotask',
    ],
  ],
  pure,
);

const impureProperties = [
  { object: 'Date', property: 'now', message: `${pure} (now).` },
  { object: 'Math', property: 'random', message: `${pure} (an id or a hash).` },
  { object: 'Temporal', property: 'Now', message: `${pure} (now).` },
];

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'test/fixtures/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,js,mjs}'],
    languageOptions: { parser: tseslint.parser, parserOptions: { sourceType: 'module' } },
    plugins: { '@typescript-eslint': tseslint.plugin, ccci: lintRules },
    rules: {
      'ccci/file-name': 'error',
      'ccci/suppression-reason': 'error',
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60 }],
      'max-depth': ['error', 3],
      'max-params': ['error', 3],
      complexity: ['error', 12],
      eqeqeq: 'error',
      'func-style': ['error', 'declaration', { allowArrowFunctions: true }],
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      'no-fallthrough': 'error',
      'no-constant-condition': ['error', { checkLoops: false }],
      'no-unreachable': 'error',
      'no-self-compare': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'] }],
      'no-eval': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-restricted-syntax': ['error', ...forms],
      'ccci/import-form': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['test', 'it', 'describe', 'suite'] },
          ],
        },
      ],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**'],
    rules: {
      'no-console': 'error',
      'no-restricted-globals': [
        'error',
        ...globals(['process', 'console'], 'Only src/cli knows the process and the terminal: take it as an argument'),
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'ccci/export-name': 'error',
      'ccci/exported-docstring': 'error',
      '@typescript-eslint/consistent-type-assertions': [
        'error',
        { assertionStyle: 'as', objectLiteralTypeAssertions: 'never', arrayLiteralTypeAssertions: 'never' },
      ],
    },
  },
  {
    files: pureFolders,
    rules: {
      'no-restricted-globals': ['error', ...impureGlobals],
      'no-restricted-properties': ['error', ...impureProperties],
      'no-restricted-syntax': ['error', ...forms, ...impureForms],
    },
  },
  {
    files: ['src/plan/**/*.ts', 'src/status/**/*.ts'],
    rules: { 'max-lines-per-function': ['error', { max: 30 }] },
  },
  {
    // A describe block is one function that holds many tests.
    files: ['test/**/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    // Rules that compare numbers and shape belong to the program, not to the tools' own settings.
    files: ['*.{js,mjs}'],
    rules: { 'max-lines': 'off' },
  },
);
