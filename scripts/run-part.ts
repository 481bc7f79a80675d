import { spawn } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Part } from './parts.ts';
import type { TestCounts } from './test-reporter.ts';

/** How a part ended. `failed` counts tests; a static check counts as one. */
export interface PartResult extends TestCounts {
  name: string;
  durationMs: number;
  /** What the part printed, when that was kept back. */
  output: string;
}

interface Ending {
  code: number | null;
  output: string;
  timedOut: boolean;
}

interface CommandOptions {
  env?: Record<string, string>;
  limitMs: number;
  live?: boolean;
}

const running = new Set<() => void>();

/** Ends every part under way, with all that it has started. */
export function stopParts(): void {
  for (const stop of running) stop();
}

/** Runs one part to its end and never throws: what goes wrong is in the result. */
export async function runPart(part: Part): Promise<PartResult> {
  const startedAt = performance.now();
  const result = part.command ? await runCheck(part, part.command) : await runTests(part);
  return { ...result, durationMs: performance.now() - startedAt };
}

async function runCheck(part: Part, command: string[]): Promise<PartResult> {
  const existing = command.filter((word) => !['demo', 'bench', 'test', 'src'].includes(word) || existsSync(word));
  const ending = await run(existing, { limitMs: part.limitMs });
  const passed = ending.code === 0 ? 1 : 0;
  return { name: part.name, passed, failed: 1 - passed, skips: [], durationMs: 0, output: ending.output };
}

async function runTests(part: Part): Promise<PartResult> {
  const files = findTestFiles(part);
  if (files.length === 0) return withoutFiles(part);
  const scratch = mkdtempSync(join(tmpdir(), `ccci-test-${process.pid}-counts-`));
  const countsFile = join(scratch, 'counts.jsonl');
  const ending = await run(['node', ...nodeArguments(part), ...files], {
    env: { ...part.env, CCCI_TEST_COUNTS: countsFile },
    limitMs: part.limitMs,
    live: part.pooled !== true,
  });
  const counts = readCounts(countsFile);
  rmSync(scratch, { recursive: true, force: true });
  // A run that ended badly without a failed test still has failed: a crash, or the time limit.
  const failed = Math.max(counts.failed, ending.code === 0 ? 0 : 1);
  const late = `  ended after ${part.limitMs / 1000} s: expected the part to be done by then\n`;
  const output = ending.output + (ending.timedOut ? late : '');
  return { name: part.name, ...counts, failed, durationMs: 0, output };
}

function findTestFiles(part: Part): string[] {
  const found = (part.folders ?? []).flatMap((folder) => globSync(`${folder}/**/*.test.ts`));
  return found.filter((file) => !part.except?.test(file)).sort();
}

function withoutFiles(part: Part): PartResult {
  const missing = (part.folders ?? []).every((folder) => !existsSync(folder));
  const name = `part ${part.name}`;
  const base = { name: part.name, passed: 0, durationMs: 0, output: '' };
  if (missing && !process.env.CI)
    return { ...base, failed: 0, skips: [{ name, reason: `there is no ${part.folders?.join(', ')}` }] };
  return {
    ...base,
    failed: 1,
    skips: [],
    output: `  no test file below ${part.folders?.join(', ')}: expected at least one *.test.ts\n`,
  };
}

function nodeArguments(part: Part): string[] {
  return [
    '--test',
    `--test-concurrency=${part.concurrency ?? 1}`,
    `--test-timeout=${part.testTimeoutMs ?? part.limitMs}`,
    '--test-reporter=./scripts/test-reporter.ts',
    '--test-reporter-destination=stdout',
  ];
}

function readCounts(file: string): TestCounts {
  const none: TestCounts = { passed: 0, failed: 0, skips: [] };
  if (!existsSync(file)) return none;
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.reduce((sum, line) => addCounts(sum, JSON.parse(line) as TestCounts), none);
}

function addCounts(a: TestCounts, b: TestCounts): TestCounts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skips: [...a.skips, ...b.skips] };
}

function run([program = 'node', ...args]: string[], options: CommandOptions): Promise<Ending> {
  const env = { ...process.env, NODE_COMPILE_CACHE: resolve('node_modules/.cache/compile'), ...options.env };
  // A group of its own, so that the time limit and Ctrl-C reach everything that the part has started.
  const child = spawn(program, args, {
    env,
    detached: true,
    stdio: ['ignore', options.live ? 'inherit' : 'pipe', options.live ? 'inherit' : 'pipe'],
  });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  let timedOut = false;
  const stop = (): void => endGroup(child.pid);
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, options.limitMs);
  running.add(stop);
  return new Promise((settle) => {
    const end = (code: number | null, text = ''): void => {
      clearTimeout(timer);
      running.delete(stop);
      settle({ code, timedOut, output: Buffer.concat(chunks).toString() + text });
    };
    child.once('error', (error) => end(1, `${error.message}\n`));
    child.once('close', (code) => end(code));
  });
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group has ended by itself.
  }
}
