import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { createWorld, type World } from '#controller/world.ts';
import { planEverything, type Forecast } from '#controller/plan-everything.ts';
import { loadManifests } from '#load/load-manifests.ts';
import type { Plan } from '#plan/plan.ts';

import { startPrivateTmux, type PrivateTmux } from '../support/tmux.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What the rig's own manifests lead to on a machine where nothing of it is there yet. */
const ROWS: readonly { key: string; waits?: string; acts?: string; reason: string }[] = [
  { key: 'Repository/cc-ci', acts: 'FetchMirror', reason: 'the remote was never looked at' },
  { key: 'Gate/handoff', waits: 'DependencyStale', reason: 'claims are read from a mirror that is not there yet' },
  { key: 'Phase/1c', acts: 'EnsureSequence', reason: 'the first phase makes the record of its sequence' },
  { key: 'Phase/2', acts: 'EnsureSequence', reason: 'each phase sees to it; the second finds it there' },
  { key: 'VirtualMachine/cc-nix-test', waits: '*', reason: 'a server that can not be asked is unknown, not absent' },
  { key: 'Agent/builder', waits: 'DependencyStale', reason: 'a loop starts when it is known which phase is open' },
  { key: 'Agent/adversary', waits: 'DependencyStale', reason: 'a loop starts when it is known which phase is open' },
  { key: 'Agent/orchestrator', waits: 'NotStarted', reason: 'a person starts an interactive agent' },
  { key: 'Agent/assistant', waits: 'NotSupported', reason: 'one-shot agents come later and are shown as such' },
  { key: 'Agent/upgrader', waits: 'NotSupported', reason: 'scheduled agents come later and are shown as such' },
  {
    key: 'Notifier/operator',
    acts: 'SendHeartbeat',
    reason: 'a watchdog elsewhere hears of the rig from the first look on',
  },
];

let tmux: PrivateTmux;
let world: World;
let forecast: Forecast;

before(async () => {
  tmux = await startPrivateTmux();
  const stateDir = join(tmux.folder, 'state');
  const environment = tmux.environment;
  world = createWorld({ stateDir, workspace: ROOT, tmuxSocket: tmux.socketPath, environment, uid: 0 });
  const loaded = await loadManifests(['manifests'], { cwd: ROOT, recursive: false });
  assert.ok('objects' in loaded, 'the rig must load without a mistake');
  for (const { object } of loaded.objects) {
    const { apiVersion, kind, metadata, spec } = object;
    await world.store.writeSpec({ apiVersion, kind, name: metadata.name, spec, expect: 'absent' });
  }
  forecast = await planEverything(world.tools);
});

after(async () => {
  await world.close();
  await tmux.end();
});

for (const { key, waits, acts, reason } of ROWS) {
  test(`${key} of the rig is planned: ${reason}`, () => {
    const plan = forecast.plans.find((one) => one.key === key);
    assert.ok(plan, `no plan for ${key}; there are ${forecast.plans.map((one) => one.key).join(', ')}`);
    if (acts !== undefined) assert.deepEqual(actionsOf(plan), [acts]);
    // The record of its account is kept from the first look on.
    if (waits !== undefined)
      assert.deepEqual(
        actionsOf(plan).filter((type) => type !== 'EnsureAccount'),
        [],
      );
    if (waits === '*') assert.ok(plan.waiting.length > 0);
    else if (waits !== undefined) assert.equal(plan.waiting[0]?.reason, waits);
  });
}

test('every object of the rig has its row here', () => {
  assert.deepEqual(forecast.plans.map(({ key }) => key).toSorted(), ROWS.map(({ key }) => key).toSorted());
});

test('no plan of the rig breaks a rule for plans', () => {
  assert.deepEqual(forecast.refused, []);
});

function actionsOf(plan: Plan): readonly string[] {
  return plan.actions.map(({ type }) => type);
}
