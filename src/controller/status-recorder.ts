import { statusPatch } from '#status/status-patch.ts';

import type { AnyObject } from '#api/kinds.ts';
import { withStatus } from '#observe/object-set.ts';
import type { Pass } from '#status/pass.ts';
import { equalJson } from '#store/equal-json.ts';
import type { StatusRecord } from '#status/summarize.ts';
import {
  ConflictError,
  isUnreadable,
  type JsonObject,
  type Store,
  type StoredEvent,
  type StoredObject,
} from '#store/store.ts';

/** Everything that a pass wants written when it is over. */
export type PassRecord = {
  readonly status: StatusRecord;
  readonly events: readonly StoredEvent[];
  readonly others: readonly { readonly key: string; readonly status: Readonly<Record<string, unknown>> }[];
};

/** Parts of a status that no other object derives anything from. */
const PRIVATE = [
  ...['/attemptedAt', '/cloneHeads', '/observedUrl', '/observedBranch', '/handledReconcile', '/operation'],
  ...['/credentialsStamp', '/ownership', '/rewrite', '/tidiedAt'],
];

/** How often a write that found a newer record is repeated on top of it. */
const ATTEMPTS = 10;

/** Writes the status of one object during one pass: only when something changed, each write on top of the last. */
export class StatusRecorder {
  readonly changed: string[] = [];
  readonly #store: Store;
  #record: StoredObject;
  #intent: StatusRecord | undefined;

  constructor(record: StoredObject, store: Store) {
    this.#record = record;
    this.#store = store;
  }

  /** Puts an intent on disk. */
  async write(status: StatusRecord): Promise<void> {
    this.#intent = status;
    await this.#writeOwn(status);
  }

  /** The object as it is on disk now. */
  withStatus(object: AnyObject): AnyObject {
    return this.#intent === undefined ? object : withStatus(object, this.#intent);
  }

  /** Events first, so that none is lost; then other objects, then the own status. */
  async finish(pass: Pass, { status, events, others }: PassRecord): Promise<void> {
    if (events.length > 0) await this.#store.addEvents(events);
    for (const other of others) await this.#writeOther(other.key, other.status);
    const isFinalized = pass.outcomes.some(({ action, result }) => action.type === 'Finalize' && result === 'Done');
    if (!isFinalized) await this.#writeOwn(status);
  }

  async #writeOwn(status: StatusRecord): Promise<void> {
    const before = this.#record.status ?? {};
    if (equalJson(before, status)) return;
    const next = toJson(status);
    const patch = statusPatch(before, next);
    if (patch.length === 0) return;
    this.#record = await this.#store.writeStatus(keyOf(this.#record), next, this.#record.versions.status);
    if (patch.some(({ path }) => !PRIVATE.some((field) => path.startsWith(field))))
      this.changed.push(keyOf(this.#record));
  }

  // The object's own key may write at the same time. What became of it must not get lost: it would be done once more.
  async #writeOther(key: string, status: Readonly<Record<string, unknown>>): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const record = await this.#store.get(key);
      if (record === undefined || isUnreadable(record)) return;
      const next = toJson({ ...record.status, ...status });
      if (statusPatch(record.status ?? {}, next).length === 0) return;
      try {
        await this.#store.writeStatus(key, next, record.versions.status);
        this.changed.push(key);
        return;
      } catch (error) {
        if (!(error instanceof ConflictError) || attempt >= ATTEMPTS) throw error;
      }
    }
  }
}

function keyOf({ kind, metadata }: StoredObject): string {
  return `${kind}/${metadata.name}`;
}

// Undefined fields do not exist on disk.
function toJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
