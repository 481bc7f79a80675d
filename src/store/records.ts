import { equalJson } from './equal-json.ts';
import type { KeyParts } from './key.ts';
import type { JsonObject, SpecWrite, StoredMetadata, StoredObject } from './store.ts';

/** The spec record: everything that apply, deletion and finalizers write. Fields that this version does not know are kept. */
export type SpecRecord = {
  readonly version: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Omit<StoredMetadata, 'resourceVersion'>;
  readonly spec: JsonObject;
  readonly lastApplied?: JsonObject;
  readonly texts?: Readonly<Record<string, string>>;
};

/** The status or the operator record. `uid` ties it to one life of the object: a record of an earlier one is not there. */
export type ValueRecord = { readonly version: string; readonly uid: string; readonly value: JsonObject };

/** One object's records. */
export type Records = {
  readonly spec: SpecRecord;
  readonly status?: ValueRecord | undefined;
  readonly operator?: ValueRecord | undefined;
};

/** What a change needs from outside: the next version, a fresh uid and the time, ISO 8601. */
export type Stamp = { readonly version: string; readonly uid: string; readonly at: string };

/** The version of a record that was never written. */
export const NEVER_WRITTEN = '0';

/** The object that its records make. `resourceVersion` is the newest of the records' versions. */
export function composeObject(records: Records): StoredObject {
  const { spec: record, status, operator } = records;
  return {
    apiVersion: record.apiVersion,
    kind: record.kind,
    metadata: { ...record.metadata, resourceVersion: newestVersion(records) },
    spec: record.spec,
    ...(status && { status: status.value }),
    ...(operator && { operator: operator.value }),
    ...(record.lastApplied && { lastApplied: record.lastApplied }),
    ...(record.texts && { texts: record.texts }),
    versions: {
      spec: record.version,
      status: status?.version ?? NEVER_WRITTEN,
      operator: operator?.version ?? NEVER_WRITTEN,
    },
  };
}

/** The newest version among an object's records. */
export function newestVersion(records: Records): string {
  const versions = [records.spec.version, records.status?.version, records.operator?.version].map((text) =>
    Number(text ?? 0),
  );
  return String(Math.max(...versions));
}

/** The spec record of a new object. */
export function createSpecRecord(write: SpecWrite, stamp: Stamp): SpecRecord {
  return {
    version: stamp.version,
    apiVersion: write.apiVersion,
    kind: write.kind,
    metadata: {
      name: write.name,
      uid: stamp.uid,
      generation: 1,
      creationTimestamp: stamp.at,
      ...writtenMetadata(write),
    },
    spec: write.spec,
    ...writtenTexts(write),
  };
}

/** The spec record after a write; the same record when the write changes nothing. Only a different spec bumps `generation`. */
export function replaceSpecRecord(current: SpecRecord, write: SpecWrite, stamp: Stamp): SpecRecord {
  const sameSpec = equalJson(current.spec, write.spec);
  const generation = current.metadata.generation + (sameSpec ? 0 : 1);
  const next: SpecRecord = {
    ...current,
    apiVersion: write.apiVersion,
    metadata: { ...current.metadata, generation, ...writtenMetadata(write, current.metadata) },
    spec: sameSpec ? current.spec : write.spec,
    ...writtenTexts(write),
  };
  return equalJson(next, current) ? current : { ...next, version: stamp.version };
}

/** The value record after a write; the same record when the write changes nothing. */
export function replaceValueRecord(current: ValueRecord | undefined, value: JsonObject, next: ValueStamp): ValueRecord {
  if (current && equalJson(current.value, value)) return current;
  return { ...current, version: next.version, uid: next.uid, value };
}

type ValueStamp = { readonly version: string; readonly uid: string };

/** The record marked for deletion, or 'gone' when no finalizer holds it. The first mark's time stays. */
export function markForDeletion(current: SpecRecord, stamp: Stamp): SpecRecord | 'gone' {
  if (!current.metadata.finalizers?.length) return 'gone';
  if (current.metadata.deletionTimestamp !== undefined) return current;
  return { ...current, version: stamp.version, metadata: { ...current.metadata, deletionTimestamp: stamp.at } };
}

/** The record without that finalizer, or 'gone' when it was the last one of an object marked for deletion. */
export function withoutFinalizer(current: SpecRecord, finalizer: string, stamp: Stamp): SpecRecord | 'gone' {
  const before = current.metadata.finalizers ?? [];
  const finalizers = before.filter((name) => name !== finalizer);
  if (finalizers.length === 0 && current.metadata.deletionTimestamp !== undefined) return 'gone';
  if (finalizers.length === before.length) return current;
  return { ...current, version: stamp.version, metadata: { ...current.metadata, finalizers } };
}

/** True when the record says the same kind and name as the place where it was found. */
export function isRecordOf(record: SpecRecord, key: KeyParts): boolean {
  return record.kind === key.kind && record.metadata.name === key.name;
}

function writtenMetadata(write: SpecWrite, current?: SpecRecord['metadata']): Partial<StoredMetadata> {
  // Once an object is marked for deletion only removeFinalizer may touch them, so that the last one is seen to go.
  const finalizers = current?.deletionTimestamp === undefined ? write.finalizers : undefined;
  return {
    ...(write.namespace !== undefined && { namespace: write.namespace }),
    ...(write.labels && { labels: write.labels }),
    ...(write.annotations && { annotations: write.annotations }),
    ...(finalizers && { finalizers }),
    ...(write.ownerReferences && { ownerReferences: write.ownerReferences }),
  };
}

function writtenTexts(write: SpecWrite): Pick<SpecRecord, 'lastApplied' | 'texts'> {
  return { ...(write.lastApplied && { lastApplied: write.lastApplied }), ...(write.texts && { texts: write.texts }) };
}
