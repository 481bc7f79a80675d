import { isSize, parseSizeBytes, renderSize } from '#api/quantity.ts';

import { waitFor, type Decision } from '../plan.ts';
import { POLL_MS, type MachineCase } from './machine-case.ts';

/** Memory that an instance is kept with as a backup: it is never started. */
export const KEPT_MEMORY = '64MiB';

/** What the project would take after a step, in words and bytes. `isOver` undefined: it can not be told. */
export type MemorySum = {
  readonly bytes: number | undefined;
  readonly isOver: boolean | undefined;
  readonly text: string;
};

/** The memory of all instances of the project, stopped ones included, once this machine is as its manifest says and `extra` is there beside it. */
export function memoryAfter(at: MachineCase, extra: readonly string[] = []): MemorySum | undefined {
  const { memoryCap, instance: own, config, type } = at.machine.spec;
  if (memoryCap === undefined) return undefined;
  const { memory } = at.seen;
  if (memory?.state !== 'known') return { bytes: undefined, isOver: undefined, text: 'could not be read' };
  // A virtual machine without a limit gets 1 GiB from Incus; a container gets all there is.
  const mine = config['limits.memory'] ?? (type === 'container' ? undefined : '1GiB');
  const others = memory.value.filter(({ name }) => name !== own);
  const parts = [...others.map(({ name, limit }) => ({ name, limit })), { name: own, limit: mine }];
  const all = [...parts, ...extra.map((limit) => ({ name: `${own} (kept)`, limit }))];
  const unlimited = all.find(({ limit }) => limit === undefined || !isSize(limit));
  if (unlimited !== undefined)
    return { bytes: undefined, isOver: true, text: `instance "${unlimited.name}" has no limits.memory in bytes` };
  const bytes = all.reduce((sum, { limit }) => sum + parseSizeBytes(limit ?? '0'), 0);
  const capBytes = parseSizeBytes(memoryCap.limit);
  const words = all.map(({ name, limit }) => `${name} ${limit ?? ''}`).join(' + ');
  return { bytes, isOver: bytes > capBytes, text: `${words} = ${renderSize(bytes)} of ${memoryCap.limit}` };
}

/** Waits while another machine of the same project is being made: a sum that two look at at once is no cap. */
export function waitForTurn({ machine, seen }: MachineCase): Decision | undefined {
  const { busyMachines } = seen.related;
  if (machine.spec.memoryCap === undefined || busyMachines.length === 0) return undefined;
  const message = `waits until ${busyMachines.join(', ')} of the same project is done`;
  return waitFor('OperationRunning', message, { requeueAfterMs: 5000 });
}

/** Waits when the project would be over its cap after the step, or when that can not be told. */
export function waitForMemory(at: MachineCase, extra: readonly string[] = []): Decision | undefined {
  const sum = memoryAfter(at, extra);
  if (sum === undefined || sum.isOver === false) return undefined;
  if (sum.isOver === undefined) {
    const message = 'could not read how much memory the project takes; nothing that takes more is done';
    return waitFor('ServerError', message, { requeueAfterMs: POLL_MS / 3 });
  }
  const message = `the project would be over its memory cap: ${sum.text}; remove or shrink an instance, or raise memoryCap`;
  return waitFor('MemoryCapExceeded', message, { needsPerson: true, requeueAfterMs: POLL_MS });
}
