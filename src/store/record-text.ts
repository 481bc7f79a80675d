import { findJsonMistake } from './find-json-mistake.ts';
import type { SpecRecord, ValueRecord } from './records.ts';
import type { JsonObject } from './store.ts';

/** The three records of an object; the spec record is what makes it exist. */
export const RECORD_NAMES = ['spec', 'status', 'operator'] as const;
/** The name of one of them. */
export type RecordName = (typeof RECORD_NAMES)[number];

/** A record that can not be read; `position` is `line:column` when the text is no JSON. */
export class RecordMistake extends Error {
  readonly record: RecordName;
  readonly position: string | undefined;
  constructor(record: RecordName, message: string, position?: string) {
    super(message);
    this.name = 'RecordMistake';
    this.record = record;
    this.position = position;
  }
}

/** The text of a spec record, for a person's eyes too. */
export function renderSpecRecord(record: SpecRecord): string {
  return render(record);
}

/** The text of a status or operator record: its value stands under the record's name. */
export function renderValueRecord(name: 'status' | 'operator', record: ValueRecord): string {
  const { value, ...rest } = record;
  return render({ ...rest, [name]: value });
}

/** A spec record from its text. Unknown fields are kept. Throws RecordMistake. */
export function parseSpecRecord(text: string): SpecRecord {
  const raw = parseObject('spec', text);
  const metadata = raw['metadata'];
  const expected: [boolean, string][] = [
    [typeof raw['kind'] === 'string', 'kind'],
    [typeof raw['apiVersion'] === 'string', 'apiVersion'],
    [isVersion(raw['version']), 'version'],
    [isObject(raw['spec']), 'spec'],
    [isObject(metadata) && typeof metadata['name'] === 'string', 'metadata.name'],
    [isObject(metadata) && typeof metadata['uid'] === 'string', 'metadata.uid'],
    [isObject(metadata) && Number.isSafeInteger(metadata['generation']), 'metadata.generation'],
  ];
  requireFields('spec', expected);
  return raw as unknown as SpecRecord;
}

/** A status or operator record from its text; one without a uid belongs to the object it lies with. Throws RecordMistake. */
export function parseValueRecord(name: 'status' | 'operator', text: string, objectUid: string): ValueRecord {
  const { [name]: value, uid = objectUid, version, ...rest } = parseObject(name, text);
  requireFields(name, [
    [isObject(value), name],
    [isVersion(version), 'version'],
    [typeof uid === 'string', 'uid'],
  ]);
  return { ...rest, version: String(version), uid: String(uid), value: isObject(value) ? value : {} };
}

function parseObject(record: RecordName, text: string): JsonObject {
  const raw = parseJson(record, text);
  if (!isObject(raw)) throw new RecordMistake(record, 'must hold a JSON object', '1:1');
  return raw;
}

function parseJson(record: RecordName, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const mistake = findJsonMistake(text) ?? { line: 1, column: 1, found: 'something' };
    throw new RecordMistake(
      record,
      `is not JSON: did not expect ${mistake.found}`,
      `${mistake.line}:${mistake.column}`,
    );
  }
}

function requireFields(record: RecordName, expected: readonly [boolean, string][]): void {
  const missing = expected.filter(([there]) => !there).map(([, path]) => `"${path}"`);
  if (missing.length > 0) throw new RecordMistake(record, `lacks ${missing.join(', ')} or has it in a wrong form`);
}

function isVersion(value: unknown): boolean {
  return typeof value === 'string' && /^\d{1,15}$/.test(value);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function render(record: object): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}
