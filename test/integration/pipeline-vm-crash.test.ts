import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { reconcile, type ReconcileTools } from '#controller/reconcile.ts';
import { createWorld } from '#controller/world.ts';
import type { IncusWriter } from '#drivers/incus/incus.ts';
import type { Store } from '#store/store.ts';

import { importImage, INITS } from '../../demo/incusd/busybox-image.ts';
import type { Incusd } from '../../demo/incusd/incusd.ts';
import { skipIncusd, startTestIncusd } from '../support/incusd.ts';
import { machineFacts, machineManifest } from '../support/pipeline-machine.ts';
import { withRig, type PipelineRig } from '../support/pipeline.ts';

/** A moment of a pass, and whether it is cut off just before or just after it. */
type Cut = { readonly at: 'intent' | 'request' | 'status'; readonly side: 'before' | 'after' };

describe('a create on a real Incus daemon that is cut off', { skip: skipIncusd }, () => {
  let incusd: Incusd;
  before(async () => {
    incusd = await startTestIncusd();
    await importImage(incusd.admin, { alias: 'slow', init: INITS.polite, scratch: incusd.dir, ballastMiB: 200 });
  });
  after(() => incusd?.stop());

  const cuts: readonly (Cut & { reason: string })[] = [
    { at: 'intent', side: 'before', reason: 'nothing was begun' },
    { at: 'intent', side: 'after', reason: 'the request id is on disk and was never sent' },
    { at: 'request', side: 'before', reason: 'the intent is on disk, and the server was not asked' },
    { at: 'request', side: 'after', reason: 'the server makes the instance, and nobody has its answer' },
    { at: 'status', side: 'after', reason: 'the operation is on disk and nobody follows it' },
  ];
  for (const { at, side, reason } of cuts) {
    test(`is made exactly once when the controller ends ${side} the ${at}: ${reason}`, () =>
      withRig(async (rig) => {
        const name = `cut-${side}-${at}`;
        const key = `VirtualMachine/${name}`;
        await rig.apply(machineManifest(incusd, name, { image: { alias: 'slow' } }));
        await passUntil(rig, key, { at, side });
        const wasAsked = side === 'after' && at !== 'intent';
        // The server answers before it has made even the record.
        const begun = wasAsked
          ? await rig.until('the instance is being made', () => machineFacts(incusd, name))
          : await machineFacts(incusd, name);
        if (!wasAsked) assert.equal(begun, undefined);
        await rig.start();
        await rig.settled(key, 30_000);
        const made = await machineFacts(incusd, name);
        assert.equal(made?.status, 'Running');
        if (begun !== undefined) assert.equal(made.uuid, begun.uuid);
        assert.ok((await creations(rig)).length <= 1);
      }));
  }

  test('is made exactly once when the controller is killed in the middle of it', () =>
    withRig(async (rig) => {
      await rig.apply(machineManifest(incusd, 'killed', { image: { alias: 'slow' } }));
      await rig.spawn();
      const begun = await rig.until('the instance is being made', () => machineFacts(incusd, 'killed'));
      await rig.kill();
      await rig.spawn();
      await rig.settled('VirtualMachine/killed', 30_000);
      assert.equal((await machineFacts(incusd, 'killed'))?.uuid, begun.uuid);
    }));

  test('is repaired when the daemon itself was killed in the middle of it', () =>
    withRig(async (rig) => {
      await rig.apply(machineManifest(incusd, 'half', { image: { alias: 'slow' } }));
      await rig.start();
      await rig.until('the instance is being made', () => machineFacts(incusd, 'half'));
      incusd.signal('SIGKILL');
      await incusd.ended();
      await incusd.startAgain();
      await rig.lookAtAll();
      await rig.settled('VirtualMachine/half', 40_000);
      assert.equal((await machineFacts(incusd, 'half'))?.status, 'Running');
    }));
});

/** Runs one pass on real parts up to the cut and never beyond it, as if the process had ended there. */
async function passUntil(rig: PipelineRig, key: string, cut: Cut): Promise<void> {
  const world = createWorld(rig.worldOptions);
  try {
    await new Promise<void>((reached, failed) => {
      reconcile(key, cutTools(world.tools, cut, reached)).then(
        () => failed(new Error('the pass was not cut off')),
        failed,
      );
    });
  } finally {
    await world.close();
  }
}

function cutTools(tools: ReconcileTools, { at, side }: Cut, reached: () => void): ReconcileTools {
  const end = () => {
    reached();
    return new Promise<never>(() => undefined);
  };
  const cutOff = async <T>(work: () => Promise<T>): Promise<T> => {
    if (side === 'before') return end();
    await work();
    return end();
  };
  const { store, incusOf } = tools.writers;
  let writes = 0;
  const cutStore: Store = Object.create(store, {
    writeStatus: {
      value: (...write: Parameters<Store['writeStatus']>) => {
        writes += 1;
        const isCut = (at === 'intent' && writes === 1) || (at === 'status' && writes === 2);
        return isCut ? cutOff(() => store.writeStatus(...write)) : store.writeStatus(...write);
      },
    },
  });
  const cutIncus = async (key: string): Promise<IncusWriter> => {
    const writer = await incusOf(key);
    return at === 'request' ? { ...writer, create: (request) => cutOff(() => writer.create(request)) } : writer;
  };
  return { ...tools, writers: { ...tools.writers, store: cutStore, incusOf: cutIncus } };
}

async function creations(rig: PipelineRig): Promise<readonly string[]> {
  return (await rig.store.events()).flatMap(({ message }) => (/^create instance:/.test(message) ? [message] : []));
}
