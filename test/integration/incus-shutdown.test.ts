import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { valueOf } from '#api/fact.ts';
import { createSystemClock } from '#drivers/clock/system-clock.ts';
import { IncusError } from '#drivers/incus/incus.ts';
import { createIncus } from '#drivers/incus/real-incus.ts';
import type { Incus } from '#drivers/incus/real-incus.ts';
import { importImage, INITS } from '../../demo/incusd/busybox-image.ts';
import { IMAGES } from '../../demo/incusd/incusd.ts';
import type { Incusd } from '../../demo/incusd/incusd.ts';
import { skipIncusd, startTestIncusd } from '../support/incusd.ts';

describe('an Incus daemon that is told to end', { skip: skipIncusd }, () => {
  let incusd: Incusd;
  let incus: Incus;

  before(async () => {
    incusd = await startTestIncusd();
    const { url, clientCertFile: certFile, clientKeyFile: keyFile, fingerprint, admin, dir } = incusd;
    await importImage(admin, { alias: 'incus-slow', init: INITS.polite, scratch: dir, ballastMiB: 300 });
    const settings = { clock: createSystemClock(), random: Math.random };
    incus = createIncus({ kind: 'https', url, certFile, keyFile, fingerprint }, settings);
  });
  after(async () => {
    incus?.close();
    await incusd?.stop();
  });

  it('finishes the create under way, refuses new changes as ShuttingDown, and is usable when it is back', async () => {
    const { project } = incusd;
    const request = { project, type: 'container', config: { 'limits.memory': '16MiB' }, devices: {} } as const;
    await incus.writer.create({ ...request, name: 'idle', image: { alias: IMAGES.polite }, requestId: 'idle' });
    await incus.writer.create({ ...request, name: 'slow', image: { alias: 'incus-slow' }, requestId: 'slow' });
    incusd.signal('SIGTERM');
    // A stopped instance can not be frozen: taken or refused, the change changes nothing.
    const freeze = { action: 'freeze', timeoutS: 5, force: false } as const;
    const refused = await firstRefusal(() => incus.writer.changeState({ project, name: 'idle' }, freeze));
    assert.equal(refused.reason, 'ShuttingDown', refused.message);
    await incusd.ended();
    await incusd.startAgain();
    const slow = valueOf(await incus.reader.instance(project, 'slow'));
    assert.deepEqual([slow?.status, slow?.halfCreated], ['Stopped', false]);
  });
});

/** The signal takes a moment to arrive: until then changes are taken. */
async function firstRefusal(change: () => Promise<unknown>): Promise<IncusError> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      await change();
    } catch (error) {
      if (!(error instanceof IncusError)) throw error;
      if (error.reason !== 'Busy') return error;
    }
    await sleep(10);
  }
  throw new Error('the daemon never refused');
}
