/** One part of the tests: a static check, or the test files below some folders of test/. */
export interface Part {
  name: string;
  /** What a static check runs; its output is shown when it fails. */
  command?: string[];
  /** Folders of test files, relative to the repository. */
  folders?: string[];
  /** Files matching this are left out: what only the whole run needs. */
  except?: RegExp;
  concurrency?: number;
  /** It needs nothing but a core: it runs beside the checks, its output is shown when it is over. */
  pooled?: boolean;
  env?: Record<string, string>;
  /** A single test that takes longer than this has failed. */
  testTimeoutMs?: number;
  /** The whole part is ended, with everything that it started, after this. */
  limitMs: number;
}

/** Names of the lists of parts that can be asked for. */
export type PartList = 'check' | 'fast' | 'all' | 'long';

const second = 1000;
const minute = 60 * second;

const lint: Part = { name: 'lint', command: ['eslint', '--max-warnings=0', '.'], limitMs: 3 * minute };

const quickChecks: Part[] = [
  {
    name: 'format',
    command: ['prettier', '--check', '--log-level=warn', '--cache', '.'],
    limitMs: 2 * minute,
  },
  { name: 'types', command: ['tsc'], limitMs: 3 * minute },
  {
    name: 'imports',
    command: [
      'depcruise',
      '--config=.dependency-cruiser.mjs',
      '--output-type=err-long',
      'src',
      'test',
      'scripts',
      'demo',
      'bench',
    ],
    limitMs: 2 * minute,
  },
  { name: 'dead-code', command: ['knip', '--no-config-hints'], limitMs: 2 * minute },
];

/** Contract tests against the real thing are in files named so; the fast list leaves them out. */
const realThings = /[.-]real\.test\.ts$/;

/** Unit tests that start many programs or fill disks: the fast list leaves them to the whole run. */
const slowUnits = /project[/](setup|test-runner|import-rules|lint-rules|bin-ccci)|store[/]file-store-faults/;

const unit: Part = {
  name: 'unit',
  folders: ['test/unit'],
  concurrency: 1,
  pooled: true,
  testTimeoutMs: 30 * second,
  limitMs: 3 * minute,
};
const golden: Part = {
  name: 'golden',
  folders: ['test/golden'],
  concurrency: 1,
  pooled: true,
  testTimeoutMs: 30 * second,
  limitMs: 2 * minute,
};
const contract: Part = {
  name: 'contract',
  folders: ['test/contract'],
  concurrency: 2,
  testTimeoutMs: minute,
  limitMs: 4 * minute,
};
const simulate: Part = {
  name: 'simulate',
  folders: ['test/simulate'],
  concurrency: 1,
  pooled: true,
  testTimeoutMs: 3 * minute,
  limitMs: 4 * minute,
};
const integration: Part = {
  name: 'integration',
  folders: ['test/integration'],
  // Most of it waits for daemons and timers: more files than cores keep the cores busy.
  concurrency: 4,
  testTimeoutMs: 2 * minute,
  limitMs: 5 * minute,
};
const e2e: Part = {
  name: 'e2e',
  folders: ['test/e2e'],
  concurrency: 2,
  testTimeoutMs: 3 * minute,
  limitMs: 5 * minute,
};
/** The real agent programs on real tmux; the long list has the rest of them. */
const real: Part = {
  name: 'real',
  folders: ['test/real'],
  concurrency: 1,
  testTimeoutMs: minute,
  limitMs: 2 * minute,
};
const long: Part = {
  name: 'long',
  folders: ['test/long'],
  concurrency: 2,
  testTimeoutMs: 15 * minute,
  limitMs: 60 * minute,
};

function withSeeds(count: number): Part {
  return { ...simulate, env: { CCCI_SIM_SEEDS: String(count) } };
}

const fakeContract: Part = { ...contract, except: realThings, concurrency: 1, pooled: true };

/** What each list runs, in order; what takes long begins first where two run at once. */
export const partLists: Record<PartList, Part[]> = {
  check: [lint, ...quickChecks],
  fast: [lint, { ...unit, except: slowUnits }, withSeeds(200), ...quickChecks, fakeContract, golden],
  all: [lint, unit, withSeeds(300), ...quickChecks, golden, contract, integration, e2e, real],
  long: [{ ...withSeeds(3000), concurrency: 2, pooled: false, testTimeoutMs: 20 * minute, limitMs: 30 * minute }, long],
};

/** The parts of a list, or the one part that has this name; undefined when there is neither. */
export function findParts(name: string): Part[] | undefined {
  const list = Object.entries(partLists).find(([each]) => each === name)?.[1];
  if (list) return list;
  const part = [...partLists.all, ...partLists.long].find((each) => each.name === name);
  // Alone it may have both cores, and is watched as it runs.
  return part && [part.pooled === true ? { ...part, pooled: false, concurrency: 2 } : part];
}
