import { test } from 'node:test';

import fc from 'fast-check';

import { GateWorld, type Step } from './gate-world.ts';

const says = fc.constantFrom('claim', 'claim', 'PASS', 'PASS', 'FAIL', 'VETO', 'unclear' as const);
const saying = fc.record({
  does: fc.constant('say' as const),
  scope: fc.constantFrom('a', 'b'),
  says: says as fc.Arbitrary<(Step & { does: 'say' })['says']>,
  isForged: fc.constantFrom(false, false, false, true),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: saying },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('merge' as const), back: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('rewrite' as const), drop: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.constant({ does: 'done' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant('finish' as const), except: fc.integer({ min: -4, max: 2 }) }),
  },
  { weight: 3, arbitrary: fc.constant({ does: 'take' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('evidence' as const),
      how: fc.constantFrom('Passed' as const, 'Passed' as const, 'Failed' as const, 'Lost' as const),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant('pass' as const),
      first: fc.nat(3),
      killAtWrite: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 14 })),
    }),
  },
);

const RUNS = Number(process.env['CCCI_HISTORIES'] ?? 150);

test('whatever happens to branch and controller, every open claim is one taken message, and no phase ends early', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), async (steps, hasEvidence) => {
      const world = new GateWorld(hasEvidence);
      await world.begin();
      for (const one of steps) await world.step(one);
      await world.settle();
    }),
    { numRuns: RUNS },
  );
});
