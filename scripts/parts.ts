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

const staticParts: Part[] = [
  {
    name: 'format',
    command: ['prettier', '--check', '--log-level=warn', '--cache', '.'],
    limitMs: 2 * minute,
  },
  { name: 'lint', command: ['eslint', '--max-warnings=0', '.'], limitMs: 3 * minute },
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

const unit: Part = {
  name: 'unit',
  folders: ['test/unit'],
  concurrency: 2,
  testTimeoutMs: 30 * second,
  limitMs: 3 * minute,
};
const golden: Part = {
  name: 'golden',
  folders: ['test/golden'],
  concurrency: 2,
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
  concurrency: 2,
  testTimeoutMs: 3 * minute,
  limitMs: 4 * minute,
};
const integration: Part = {
  name: 'integration',
  folders: ['test/integration'],
  concurrency: 2,
  testTimeoutMs: 2 * minute,
  limitMs: 5 * minute,
};
const e2e: Part = {
  name: 'e2e',
  folders: ['test/e2e'],
  concurrency: 1,
  testTimeoutMs: 3 * minute,
  limitMs: 5 * minute,
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

/** What each list runs, in order; the cheap and the telling come first. */
export const partLists: Record<PartList, Part[]> = {
  check: staticParts,
  fast: [...staticParts, unit, golden, { ...contract, except: realThings }, withSeeds(200)],
  all: [...staticParts, unit, golden, contract, withSeeds(500), integration, e2e],
  long: [{ ...withSeeds(10_000), testTimeoutMs: 20 * minute, limitMs: 30 * minute }, long],
};

/** The parts of a list, or the one part that has this name; undefined when there is neither. */
export function findParts(name: string): Part[] | undefined {
  const list = Object.entries(partLists).find(([each]) => each === name)?.[1];
  if (list) return list;
  const part = [...partLists.all, ...partLists.long].find((each) => each.name === name);
  return part && [part];
}
