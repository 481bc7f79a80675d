import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { inspect } from 'node:util';
import type { TestEvent } from 'node:test/reporters';

/** What the reporter leaves for the runner in the file named by CCCI_TEST_COUNTS, one JSON object per line. */
export interface TestCounts {
  passed: number;
  failed: number;
  skips: { name: string; reason: string }[];
}

type TestPoint = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>['data'];

interface FileTotals {
  passed: number;
  durationMs: number;
}

/** One line per test file, the whole story for each failure. */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const counts: TestCounts = { passed: 0, failed: 0, skips: [] };
  const path: string[] = [];
  const files = new Map<string, FileTotals>();
  for await (const event of events) {
    if (event.type === 'test:start') path.splice(event.data.nesting, Infinity, event.data.name);
    if (event.type === 'test:pass') countPass(event.data, counts, files);
    if (event.type === 'test:fail') yield describeFailure(event.data, counts);
    if (event.type === 'test:stdout' || event.type === 'test:stderr') yield event.data.message;
  }
  for (const [file, totals] of [...files].sort())
    yield `  ok ${file} (${totals.passed}, ${Math.round(totals.durationMs)} ms)\n`;
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
  const totals = files.get(place(point)) ?? { passed: 0, durationMs: 0 };
  totals.passed += 1;
  if (point.nesting === 0) totals.durationMs += point.details.duration_ms;
  files.set(place(point), totals);
}

function describeFailure(point: TestPoint, counts: TestCounts): string {
  const { error } = point.details as { error?: Error & { failureType?: string; cause?: unknown } };
  if (error?.failureType === 'subtestsFailed') return '';
  counts.failed += 1;
  const cause = error?.cause ?? error;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause);
  const where = `${place(point)}:${point.line ?? 0}`;
  return `\n  FAILED ${point.name}\n    at ${where}\n${text.replace(/^/gm, '    ')}\n\n`;
}
