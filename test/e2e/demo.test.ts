import assert from 'node:assert/strict';
import { test } from 'node:test';

import { whyNoMachine } from '../../demo/stage/machine.ts';
import { leftoversOf, startDemo } from '../support/demo.ts';

type Summary = {
  readonly ok: boolean;
  readonly phases: readonly { readonly id: string; readonly claims: number; readonly verdicts: readonly string[] }[];
  readonly handoffs: readonly { readonly how: string }[];
  readonly restarts: readonly { readonly agent: string; readonly reason: string; readonly onPurpose?: string }[];
  readonly checks: readonly { readonly promise: string; readonly kept: boolean }[];
};

const missing = whyNoMachine();

test('Two demos at once, one with a machine, converge all that they break and leave nothing behind', async () => {
  const demos = [startDemo(), startDemo(...(missing === undefined ? ['--with-vm'] : []))];
  for (const demo of demos) {
    assert.equal(await demo.ended, 0, demo.stderr());
    checkSummary(JSON.parse(demo.stdout()) as Summary);
    assert.deepEqual(leftoversOf(demo.pid), []);
  }
});

test('Where there can be no machine the demo says what is missing', async () => {
  const demo = missing === undefined ? undefined : startDemo('--with-vm');
  if (demo === undefined || missing === undefined) return;
  assert.equal(await demo.ended, 2);
  assert.match(demo.stderr(), /--with-vm can not be shown here/);
});

function checkSummary(summary: Summary): void {
  const broken = summary.checks.filter(({ kept }) => !kept);
  assert.deepEqual(broken, []);
  assert.equal(summary.ok, true);
  assert.deepEqual(
    summary.phases.map(({ id, claims, verdicts }) => [id, claims, ...verdicts]),
    [
      ['1', 1, 'PASS'],
      ['2', 2, 'FAIL', 'PASS'],
      ['3', 1, 'PASS'],
    ],
  );
  assert.equal(summary.handoffs.length, 8);
  const onPurpose = summary.restarts.filter((restart) => restart.onPurpose !== undefined);
  assert.deepEqual(
    onPurpose.map(({ agent, reason }) => [agent, reason]),
    [
      ['builder', 'SessionGone'],
      ['adversary', 'StalledNoMarker'],
    ],
  );
}
