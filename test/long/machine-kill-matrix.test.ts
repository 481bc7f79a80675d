import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Incusd } from '../../demo/incusd/incusd.ts';
import { skipIncusd, startTestIncusd } from '../support/incusd.ts';
import type { KillableController } from '../support/killable-controller.ts';
import { machineFacts, machineManifest } from '../support/pipeline-machine.ts';
import { withRig, writeRigFile, type PipelineRig } from '../support/pipeline.ts';

/** As many as fit into a few minutes; where they begin is drawn anew each time, so that many runs leave no gap. */
const LIVES = 16;
const OFFSET = Math.random();
const GOAL_MS = 60_000;
const KEY = 'VirtualMachine/anew';

describe('a machine that is made anew while its controller is killed', { skip: skipIncusd }, () => {
  let incusd: Incusd;
  before(async () => {
    incusd = await startTestIncusd();
  });
  after(() => incusd?.stop());

  test('at any step of that loses one disk for one order, and is whole afterwards', () =>
    withRig(async (rig) => {
      const from = await writeRigFile(rig, 'key', 'SECRET-KEY\n');
      const preconditions = [
        { name: 'key', file: { path: '/var/lib/app/key', from, mode: '0600' } },
        { name: 'mark', command: ['/bin/true'], timeout: '2s' },
      ];
      await rig.apply(machineManifest(incusd, 'anew', { beforeRecreate: { backup: 'Export' }, preconditions }));
      let controller = await rig.spawn();
      await rig.settled(KEY, GOAL_MS);
      const before = await controller.steps();
      await recreate({ rig, incusd }, 'measure', controller);
      const steps = (await controller.steps()) - before;
      for (let life = 0; life < LIVES; life += 1) {
        controller.killAfter(1 + Math.floor(((life + OFFSET) / LIVES) * steps));
        controller = await recreate({ rig, incusd }, `order-${String(life)}`, controller);
      }
    }));
});

type Where = { readonly rig: PipelineRig; readonly incusd: Incusd };

/** Orders a new disk; a controller that has killed itself on the way is followed by the one that is answered. */
async function recreate(
  { rig, incusd }: Where,
  id: string,
  controller: KillableController,
): Promise<KillableController> {
  const old = await machineFacts(incusd, 'anew');
  const wiped = await recreates(rig);
  await rig.order(KEY, { recreate: { id, by: 'ada', at: new Date().toISOString() } });
  const isDone = async () => {
    const { operation, handledRecreate } = await rig.status(KEY);
    const ready = await rig.condition(KEY, 'Ready');
    return handledRecreate === id && operation === undefined && ready?.status === 'True';
  };
  await rig.until(`${id}: killed, or done`, async () => !controller.isAlive() || isDone(), GOAL_MS);
  const isKilled = !controller.isAlive();
  if (isKilled) await rig.kill();
  const next = isKilled ? await rig.spawn() : controller;
  await rig.until(`${id}, after a kill`, isDone, GOAL_MS);
  const now = await machineFacts(incusd, 'anew');
  assert.notEqual(now?.uuid, old?.uuid);
  assert.equal(await recreates(rig), wiped + 1, `${id} was carried out once`);
  return next;
}

async function recreates(rig: PipelineRig): Promise<number> {
  const { recreates: times = [] } = (await rig.status(KEY)) as { recreates?: readonly string[] };
  return times.length;
}
