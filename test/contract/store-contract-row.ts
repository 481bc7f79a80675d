import assert from 'node:assert/strict';
import { isUnreadable } from '#store/store.ts';
import type { JsonObject, SpecWrite, Store, StoredObject } from '#store/store.ts';

/** What the suite needs to try a store: a fresh, empty one with a clock it can set. `eventCap` is the cap it was opened with. */
export type StoreUnderTest = {
  readonly store: Store;
  readonly eventCap: number;
  readonly setNow: (iso: string) => void;
  /** Makes the record of an object unreadable, as a broken file is. */
  readonly breakRecord: (key: string) => Promise<void>;
  readonly end: () => Promise<void>;
};

/** The time at the start of each test. */
export const T0 = '2026-03-01T10:00:00.000Z';
/** A later time. */
export const T1 = '2026-03-01T10:00:05.000Z';

/** One promise: its title is a sentence, its test gets a fresh store. */
export type StoreRow = { readonly title: string; readonly test: (under: StoreUnderTest) => Promise<void> };

/** A spec write of an agent; `expect` is 'absent' unless given. */
export function agent(name: string, spec: JsonObject, expect = 'absent'): SpecWrite {
  return { apiVersion: 'ccci.dev/v1alpha1', kind: 'Agent', name, spec, expect };
}

/** The object under that key, which must be there and readable. */
export async function mustGet(store: Store, key: string): Promise<StoredObject> {
  const found = await store.get(key);
  assert.ok(found !== undefined && !isUnreadable(found), `${key} must be readable`);
  return found;
}

/** `Kind/name` of an object, readable or not. */
export function keyOf(object: Awaited<ReturnType<Store['list']>>[number]): string {
  return isUnreadable(object) ? `${object.kind}/${object.name}` : `${object.kind}/${object.metadata.name}`;
}
