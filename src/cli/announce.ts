import { setTimeout as sleep } from 'node:timers/promises';

import type { World } from '#controller/world.ts';
import { loopsOf, onlineEvent } from '#status/online-event.ts';

/** Loops that are to run are waited for this long before it is told that they are not up. */
const PATIENCE_MS = 30_000;
const STEP_MS = 500;

/** Tells once that the controller is online, when its loops are up or have had their time. Ends without a word when `ended` comes first. Throws StorageError. */
export async function announce(
  { tools, store }: World,
  at: { startedAtMs: number; pid: number },
  ended: AbortSignal,
): Promise<void> {
  const read = async () => (await tools.load()).objects.every();
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += STEP_MS) {
    const objects = await read();
    const isLookedAt = objects.every((object) => object.kind !== 'Rig' || object.status !== undefined);
    if (isLookedAt && loopsOf(objects).every(({ isUp }) => isUp)) break;
    await sleep(STEP_MS, undefined, { signal: ended }).catch(() => undefined);
    if (ended.aborted) return;
  }
  await store.addEvents([onlineEvent(await read(), at)]);
}
