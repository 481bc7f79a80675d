// The import rules. Each comment says what to do instead; a failure prints it.

/**
 * The folders of src in the order in which data flows: a folder imports only folders that stand before it.
 * `instead` ends the sentence that a wrong import prints.
 */
export const layers = [
  {
    folder: 'api',
    instead: 'keep kinds free of everything but zod, and move what needs more to the stage that needs it',
  },
  { folder: 'backends', instead: 'describe the agent CLI as values and let a later stage act on them' },
  { folder: 'drivers', instead: 'pass plain values in and out: a driver knows one outside thing and no kinds' },
  { folder: 'load', instead: 'return valid objects or mistakes and let the caller store or observe them' },
  { folder: 'store', instead: 'keep to objects and keys: what they mean is decided by later stages' },
  { folder: 'observe', instead: 'write down what is, and leave what should be done to plan' },
  { folder: 'plan', instead: 'return an Action, or Waiting with a Reason, and let act carry it out' },
  { folder: 'act', instead: 'put the decision into the Action while planning, so that none is left here' },
  { folder: 'status', instead: 'take observation, plan and outcomes as arguments and return the status' },
  { folder: 'controller', instead: 'offer what is needed as a function that web or cli calls' },
  { folder: 'web', instead: 'serve what the controller offers; the command line stands above' },
  { folder: 'cli', instead: 'move shared code to the stage that it belongs to' },
];

const direction = layers.slice(0, -1).map(({ folder, instead }, index) => ({
  name: `${folder}-imports-only-what-stands-before-it`,
  comment: `src/${folder} may not import a later folder of the pipeline: ${instead}.`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: {
    path: `^src/(${layers
      .slice(index + 1)
      .map((layer) => layer.folder)
      .join('|')})/`,
  },
}));

const pure = '^src/(api|backends|plan|status)/';

function onlyIn(name, { module, folders, comment }) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: '^src/', pathNot: `^src/(${folders.join('|')})/` },
    to: { path: module },
  };
}

function npmPackage(name) {
  return `(^|/)node_modules/${name}/`;
}

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...direction,
    {
      name: 'every-folder-is-in-the-list',
      comment:
        'src has exactly the folders of src/README.md: put the file into one of them, or add the folder to layers.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${layers.map((layer) => layer.folder).join('|')})/` },
      to: {},
    },
    {
      name: 'drivers-know-no-kinds',
      comment:
        'Of src/api a driver may import only fact.ts and errors.ts: take and return plain values instead of objects.',
      severity: 'error',
      from: { path: '^src/drivers/' },
      to: { path: '^src/api/', pathNot: '^src/api/(fact|errors)\\.ts$' },
    },
    {
      name: 'drivers-do-not-know-agent-clis',
      comment: 'A driver may not import src/backends: let the caller hand the launch or screen rules over as values.',
      severity: 'error',
      from: { path: '^src/drivers/' },
      to: { path: '^src/backends/' },
    },
    {
      name: 'api-imports-zod-only',
      comment: 'src/api may import zod and nothing else: move what needs another package to the stage that needs it.',
      severity: 'error',
      from: { path: '^src/api/' },
      to: { pathNot: ['^src/api/', npmPackage('zod')] },
    },
    {
      name: 'pure-stages-use-no-node-module',
      comment: 'api, backends, plan and status are pure: read it in observe, and pass the value in as an argument.',
      severity: 'error',
      from: { path: pure },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-stages-take-values-from-pure-stages',
      comment:
        'api, backends, plan and status may name the types of impure folders, not run their code: ' +
        'import the type only, or move the pure function to the stage that is pure.',
      severity: 'error',
      from: { path: pure },
      to: { path: '^src/', pathNot: pure, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'pure-stages-use-few-packages',
      comment:
        'Pure stages may use zod, plan croner (asked for a given time), and status fast-json-patch: do the rest in load, store, observe or act.',
      severity: 'error',
      from: { path: pure },
      to: { path: '(^|/)node_modules/', pathNot: '(^|/)node_modules/(zod|fast-json-patch|croner)/' },
    },
    onlyIn('processes-and-sockets-only-in-drivers', {
      module: '^(node:)?(child_process|net|tls|http|https|http2|dgram|dns|cluster)(/|$)',
      folders: ['drivers'],
      comment:
        'Only src/drivers starts processes or opens sockets: add a method to the driver of that outside thing and call it.',
    }),
    onlyIn('execa-only-in-drivers', {
      module: npmPackage('execa'),
      folders: ['drivers'],
      comment: 'Only src/drivers starts programs: add a method to the driver of that program and call it.',
    }),
    onlyIn('simple-git-only-in-drivers', {
      module: npmPackage('simple-git'),
      folders: ['drivers'],
      comment: 'Only src/drivers/git talks to git: add a method to its Reader or Writer and call it.',
    }),
    onlyIn('sockets-only-in-drivers', {
      module: npmPackage('(ws|undici|got)'),
      folders: ['drivers'],
      comment: 'Only src/drivers opens connections: add a method to the driver of that outside thing and call it.',
    }),
    onlyIn('yaml-only-in-load', {
      module: npmPackage('yaml'),
      folders: ['load'],
      comment: 'Only src/load reads and writes YAML: call its parse or render function.',
    }),
    onlyIn('chokidar-only-in-load-and-drivers', {
      module: npmPackage('chokidar'),
      folders: ['load', 'drivers'],
      comment: 'Only src/load and src/drivers/files watch files: take the changed paths from there.',
    }),
    onlyIn('json-patch-only-in-status', {
      module: npmPackage('fast-json-patch'),
      folders: ['status'],
      comment: 'Only src/status makes patches: call its function.',
    }),
    {
      name: 'no-unresolvable',
      comment:
        'This import leads nowhere: correct the path, or install the package. Other rules can not see what is not found.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-circular',
      comment: 'Two files import each other: move what both need into a third file that neither has to know.',
      severity: 'error',
      from: {},
      // A command is loaded when it is used: a circle that such an import closes has no order of loading to go wrong.
      to: { circular: true, viaOnly: { dependencyTypesNot: ['dynamic-import'] } },
    },
    {
      name: 'no-orphans',
      comment: 'Nothing imports this file and it imports nothing: use it or delete it.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: ['\\.d\\.ts$', '\\.test\\.ts$', '^(scripts|demo|bench)/[^/]+\\.ts$', '^test/fixtures/'],
      },
      to: {},
    },
    {
      name: 'no-dev-packages-in-src',
      comment: 'The published package carries no dev dependency: move the package to dependencies, or do without.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm'] },
    },
    {
      name: 'src-stands-alone',
      comment: 'src is what is published: move the code that it needs from test, scripts, demo or bench into src.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts|demo|bench)/' },
    },
    {
      name: 'tests-do-not-import-tests',
      comment: 'A test file stands alone: move what two of them share to test/support or test/fakes.',
      severity: 'error',
      from: { path: '^test/' },
      to: { path: '\\.test\\.ts$' },
    },
    {
      name: 'tests-share-only-what-is-made-for-it',
      comment: 'Tests share code in test/support, test/fakes, test/contract and test/simulate only: move it there.',
      severity: 'error',
      from: { path: '^test/([^/]+)/' },
      to: { path: '^test/', pathNot: '^test/(support|fakes|contract|simulate|$1)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^dist/|^test/fixtures/)' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
    skipAnalysisNotInRules: true,
    cache: false,
  },
};
