import { isUnreadable, type StoredObject, type UnreadableObject } from '#store/store.ts';

/** True for an object whose record could be read. */
export function isReadable(object: StoredObject | UnreadableObject): object is StoredObject {
  return !isUnreadable(object);
}
