import { setTimeout } from 'node:timers/promises';
import { findParts, partLists } from './parts.ts';
import type { Part } from './parts.ts';
import { runPart, stopParts } from './run-part.ts';
import type { PartResult } from './run-part.ts';
import { sweep } from './sweep.ts';

const wanted = process.argv[2] ?? 'all';
const parts = findParts(wanted);
if (!parts) {
  console.error(`"${wanted}" is no part: expected one of ${Object.keys(partLists).join(', ')}, or a part of theirs`);
  process.exit(2);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stopEarly());
process.env.CCCI_TEST_PART ??= wanted;
process.exitCode = await runAll(parts);

/** Runs the parts, those that need only a core two at a time and the rest one by one, and returns the exit code. */
async function runAll(all: Part[]): Promise<number> {
  reportSwept('left by an earlier run and removed');
  const results = await runPool(all.filter(isPooled));
  for (const part of all.filter((each) => !isPooled(each))) results.push(await runTestPart(part));
  reportSwept('left by a test of this run and removed');
  return summarize(results);
}

function isPooled(part: Part): boolean {
  return part.command !== undefined || part.pooled === true;
}

async function runPool(pooled: Part[]): Promise<PartResult[]> {
  const waiting = [...pooled];
  const results: PartResult[] = [];
  async function work(): Promise<void> {
    for (let part = waiting.shift(); part; part = waiting.shift()) {
      const result = await runPart(part);
      results.push(result);
      console.log(headline(result));
      if (result.failed > 0 || part.command === undefined) console.log(result.output);
    }
  }
  await Promise.all([work(), work()]);
  return results;
}

async function runTestPart(part: Part): Promise<PartResult> {
  console.log(`\n== ${part.name}`);
  const result = await runPart(part);
  process.stdout.write(result.output);
  console.log(headline(result));
  return result;
}

function headline(result: PartResult): string {
  const seconds = `${(result.durationMs / 1000).toFixed(1)} s`.padStart(8);
  const counts = `${result.passed} passed, ${result.failed} failed, ${result.skips.length} skipped`;
  return `${result.failed > 0 ? 'FAILED' : 'ok    '} ${result.name.padEnd(12)} ${seconds}  ${counts}`;
}

function summarize(results: PartResult[]): number {
  const skips = results.flatMap((result) => result.skips);
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  console.log(`\n== summary\n${results.map(headline).join('\n')}`);
  for (const skip of skips) console.log(`SKIPPED ${skip.name}: ${skip.reason}`);
  const skipFails = skips.length > 0 && Boolean(process.env.CI);
  if (skipFails) console.log('A skip is a failure here, because CI is set: install what is missing');
  console.log(`\n${passed} passed, ${failed} failed, ${skips.length} skipped`);
  return failed > 0 || skipFails ? 1 : 0;
}

/** Ctrl-C leaves nothing behind: the owners of leftovers have to be gone before the sweep knows them. */
async function stopEarly(): Promise<void> {
  stopParts();
  await setTimeout(300);
  reportSwept('left by this run and removed');
  process.exit(130);
}

function reportSwept(why: string): void {
  for (const line of sweep()) console.log(`swept: ${line} (${why})`);
}
