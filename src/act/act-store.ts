import { API_VERSION } from '#api/group.ts';
import { toIso } from '#api/time.ts';
import { FINALIZER, type Action } from '#plan/action.ts';
import { ConflictError, isUnreadable, type JsonObject } from '#store/store.ts';

import type { OutcomeFacts } from './outcome.ts';
import type { Writers } from './writers.ts';

type Of<T extends Action['type']> = Extract<Action, { type: T }>;

/** Stores a message for an agent. The name stands for its cause: one that is there already is the same message. */
export async function createDelivery(
  { name, spec, file }: Of<'CreateDelivery'>,
  writers: Writers,
): Promise<OutcomeFacts> {
  if (file !== undefined) await writers.files.write(file.path, file.text, file.mode);
  return create({ kind: 'Delivery', name, spec: spec as unknown as JsonObject }, writers);
}

/** Makes the record of a sequence. */
export async function ensureSequence({ name }: Of<'EnsureSequence'>, writers: Writers): Promise<OutcomeFacts> {
  return create({ kind: 'Sequence', name, spec: {} }, writers);
}

/** Makes the record of an account. */
export async function ensureAccount({ name }: Of<'EnsureAccount'>, writers: Writers): Promise<OutcomeFacts> {
  return create({ kind: 'Account', name, spec: {} }, writers);
}

/** Marks a message as settled: it is not typed any more, and no start prompt lists it. */
export async function settleDelivery({ name }: Of<'SettleDelivery'>, { store, clock }: Writers): Promise<OutcomeFacts> {
  const key = `Delivery/${name}`;
  const object = await store.get(key);
  if (object === undefined || isUnreadable(object)) return {};
  const status = { ...object.status, settledAt: toIso(clock.now().wallMs) };
  await store.writeStatus(key, status, object.versions.status);
  return {};
}

/** Removes a message. */
export async function removeDelivery({ name }: Of<'DeleteDelivery'>, { store }: Writers): Promise<OutcomeFacts> {
  await store.requestDelete(`Delivery/${name}`);
  return {};
}

/** Takes the finalizer away, which lets a deleted object go. */
export async function finalize({ key, finalizer }: Of<'Finalize'>, { store }: Writers): Promise<OutcomeFacts> {
  await store.removeFinalizer(key, finalizer);
  return {};
}

async function create(
  object: { kind: string; name: string; spec: JsonObject },
  { store }: Writers,
): Promise<OutcomeFacts> {
  try {
    await store.writeSpec({ ...object, apiVersion: API_VERSION, expect: 'absent' });
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
  }
  return {};
}

/** The finalizers that an object of this kind is stored with: kinds with live things are not forgotten before those are ended. */
export function finalizersOf(kind: string): readonly string[] {
  return kind === 'Agent' || kind === 'VirtualMachine' ? [FINALIZER] : [];
}
