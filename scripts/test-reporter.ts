import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';

/** What the reporter leaves for the runner in the file named by CCCI_TEST_COUNTS, one JSON object per line. */
export interface TestCounts {
  passed: number;
  failed: number;
  skips: { name: string; reason: string }[];
}

type TestPoint = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>['data'];

type TestError = Error & { failureType?: string; exitCode?: number; signal?: string };

interface FileTotals {
  passed: number;
  failed: number;
  durationMs: number;
}

/** One line per test file, the whole story for each failure. */
// eslint-disable-next-line no-restricted-syntax -- node:test loads a reporter by its default export
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const counts: TestCounts = { passed: 0, failed: 0, skips: [] };
  const files = new Map<string, FileTotals>();
  for await (const event of events) {
    if (event.type === 'test:pass') countPass(event.data, counts, files);
    if (event.type === 'test:fail') yield countFailure(event.data, counts, files);
    if (event.type === 'test:stdout' || event.type === 'test:stderr') yield event.data.message;
  }
  for (const [file, totals] of [...files].sort()) yield summarizeFile(file, totals);
  const target = process.env.CCCI_TEST_COUNTS;
  if (target) appendFileSync(target, `${JSON.stringify(counts)}\n`);
}

function place(point: TestPoint): string {
  return point.file ? relative(process.cwd(), point.file) : point.name;
}

function isSuite(point: TestPoint): boolean {
  return point.details.type === 'suite';
}

function countPass(point: TestPoint, counts: TestCounts, files: Map<string, FileTotals>): void {
  addDuration(point, files);
  if (isSuite(point)) return;
  const skipped = point.skip ?? point.todo;
  if (skipped !== undefined && skipped !== false) {
    counts.skips.push({
      name: `${place(point)}: ${point.name}`,
      reason: typeof skipped === 'string' ? skipped : 'no reason given',
    });
    return;
  }
  counts.passed += 1;
  totalsOf(point, files).passed += 1;
}

function addDuration(point: TestPoint, files: Map<string, FileTotals>): void {
  if (point.nesting === 0) totalsOf(point, files).durationMs += point.details.duration_ms;
}

function totalsOf(point: TestPoint, files: Map<string, FileTotals>): FileTotals {
  const totals = files.get(place(point)) ?? { passed: 0, failed: 0, durationMs: 0 };
  files.set(place(point), totals);
  return totals;
}

function countFailure(point: TestPoint, counts: TestCounts, files: Map<string, FileTotals>): string {
  const { error } = point.details as { error?: TestError };
  addDuration(point, files);
  if (error?.failureType === 'subtestsFailed') return '';
  counts.failed += 1;
  totalsOf(point, files).failed += 1;
  const where = `${place(point)}:${point.line ?? 0}`;
  return `\n  FAILED ${point.name}\n    at ${where}\n${describe(error).replace(/^/gm, '    ')}\n\n`;
}

function describe(error: TestError | undefined): string {
  if (error?.signal) return `the test file was ended by ${error.signal}`;
  if (error?.exitCode) return `the test file ended with exit code ${error.exitCode}`;
  const cause = error?.cause ?? error;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return text.replace(/\n\s+at .*\(?node:.*/g, '');
}

function summarizeFile(file: string, totals: FileTotals): string {
  const result = totals.failed > 0 ? `FAILED ${totals.failed}` : 'ok';
  return `  ${result} ${file} (${totals.passed} passed, ${Math.round(totals.durationMs)} ms)\n`;
}
