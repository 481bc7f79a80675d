import assert from 'node:assert/strict';
import { test } from 'node:test';

import { runSeed, type SeedResult } from './run-seed.ts';

const SHOWN_LINES = 120;

/** Declares the test of every second seed, so that two files share the work: `CCCI_SIM_SEEDS` seeds from `CCCI_SIM_FROM` on. */
export function testSeeds(half: 'even' | 'odd'): void {
  const count = Number(process.env['CCCI_SIM_SEEDS'] ?? 200);
  const from = Number(process.env['CCCI_SIM_FROM'] ?? 1);
  const seeds = Array.from({ length: count }, (_none, index) => from + index).filter(
    (seed) => (seed % 2 === 0) === (half === 'even'),
  );
  test(`no promise is broken in ${String(seeds.length)} simulated rigs (${half} seeds from ${String(from)})`, async () => {
    const broken: SeedResult[] = [];
    for (const seed of seeds) {
      const result = await runSeed(seed);
      if (result.violation !== undefined) broken.push(result);
    }
    assert.equal(broken.length, 0, tellBroken(broken));
  });
}

function tellBroken(broken: readonly SeedResult[]): string {
  const [first] = broken;
  if (first === undefined) return '';
  const list = broken.map(({ seed, violation }) => `seed ${String(seed)}: ${violation ?? ''}`).join('\n');
  const left = Math.max(0, first.story.length - SHOWN_LINES);
  const story = first.story.slice(-SHOWN_LINES).join('\n');
  const skipped = left === 0 ? '' : `(${String(left)} earlier lines)\n`;
  const again = `one run alone: node test/simulate/story.ts --seed ${String(first.seed)}`;
  return `${list}\n\nthe story of seed ${String(first.seed)}:\n${skipped}${story}\n${again}`;
}
