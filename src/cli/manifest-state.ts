import type { Condition } from '#api/condition.ts';
import { findCondition, setCondition } from '#api/conditions.ts';
import { renderMistake, type Mistake } from '#load/mistake.ts';
import { ConflictError, isUnreadable, type JsonObject, type Store } from '#store/store.ts';

const RIG = 'Rig/default';
const SHOWN = 10;

/**
 * Writes into the rig's status whether the followed manifests are valid, and an event when they stop being so. True
 * when this is news.
 */
export async function recordManifestState(store: Store, mistakes: readonly Mistake[]): Promise<boolean> {
  for (;;) {
    try {
      return await record(store, mistakes);
    } catch (error) {
      // The controller wrote the rig's status in between.
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

async function record(store: Store, mistakes: readonly Mistake[]): Promise<boolean> {
  const rig = await store.get(RIG);
  if (rig === undefined || isUnreadable(rig)) return false;
  const before = (rig.status?.['conditions'] ?? []) as unknown as readonly Condition[];
  const message = messageOf(mistakes);
  const now = new Date().toISOString();
  const isValid = mistakes.length === 0;
  const conditions = setCondition(
    before,
    isValid
      ? { type: 'ManifestValid', status: 'True', reason: 'Ready', message }
      : { type: 'ManifestValid', status: 'False', reason: 'InvalidManifest', message },
    { generation: rig.metadata.generation, now },
  );
  const last = findCondition(before, 'ManifestValid');
  const wasValid = last === undefined || last.status === 'True';
  if (!isValid && last?.message !== message) await addEvent(store, message, now);
  await store.writeStatus(
    RIG,
    { ...rig.status, conditions: conditions as unknown as JsonObject[] },
    rig.versions.status,
  );
  return isValid ? !wasValid : last?.message !== message;
}

async function addEvent(store: Store, message: string, at: string): Promise<void> {
  const id = `${RIG}/ManifestValid/False/${at}`;
  await store.addEvents([{ id, about: RIG, type: 'Warning', reason: 'InvalidManifest', message, at, count: 1 }]);
}

function messageOf(mistakes: readonly Mistake[]): string {
  const more = mistakes.length - SHOWN;
  const lines = mistakes.slice(0, SHOWN).map(renderMistake);
  return [...lines, ...(more > 0 ? [`and ${String(more)} more`] : [])].join('; ');
}
