import { API_VERSION } from '#api/group.ts';
import type { ObjectKey } from '#api/key.ts';
import { ConflictError, type Store } from '#store/store.ts';

/** Makes the record of the whole rig when nobody has made it yet; answers its key. */
export async function ensureRig(store: Store): Promise<ObjectKey> {
  try {
    await store.writeSpec({ apiVersion: API_VERSION, kind: 'Rig', name: 'default', spec: {}, expect: 'absent' });
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
  }
  return 'Rig/default';
}
