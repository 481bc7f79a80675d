import type { JsonObject, StoredObject } from '#store/store.ts';

import type { ApplyChange } from './apply-set.ts';
import { diffFields, type FieldChange } from './diff-fields.ts';

/** What applying would change of one stored object. `before` and `after` are what a manifest can say of it. */
export type StoreDiff = {
  readonly key: string;
  readonly outcome: 'created' | 'configured' | 'pruned';
  readonly fields: readonly FieldChange[];
  readonly before: JsonObject | undefined;
  readonly after: JsonObject | undefined;
};

/** The objects that applying would change, with their fields. What stays as it is is left out. */
export function storeDiff(changes: readonly ApplyChange[]): readonly StoreDiff[] {
  return changes.flatMap((change): StoreDiff[] => {
    const { key, outcome } = change;
    if (outcome === 'unchanged') return [];
    const before = change.before === undefined ? undefined : manifestOf(change.before.metadata, change.before.spec);
    if (change.outcome === 'pruned') return [{ key, outcome: 'pruned', fields: [], before, after: undefined }];
    const after = manifestOf(change.merge, change.merge.spec);
    const fields = [...diffFields(before, after), ...diffTexts(change.before, change.merge.texts)];
    return [{ key, outcome: change.outcome === 'created' ? 'created' : 'configured', fields, before, after }];
  });
}

type Texts = Readonly<Record<string, string>> | undefined;

function manifestOf({ labels, annotations }: { labels?: Texts; annotations?: Texts }, spec: JsonObject): JsonObject {
  const metadata = { ...filled('labels', labels), ...filled('annotations', annotations) };
  return { ...(Object.keys(metadata).length === 0 ? {} : { metadata }), spec };
}

function filled(name: string, texts: Texts): JsonObject {
  return texts === undefined || Object.keys(texts).length === 0 ? {} : { [name]: texts };
}

// The text of a prompt is told by its size: the file itself can be compared with better tools.
function diffTexts(before: StoredObject | undefined, after: Readonly<Record<string, string>>): readonly FieldChange[] {
  if (before === undefined) return [];
  return Object.entries(after)
    .filter(([field, text]) => before.texts?.[field] !== text)
    .map(([field, text]) => ({
      path: [...field.split('.'), 'text'],
      before: sizeOf(before.texts?.[field]),
      after: sizeOf(text),
    }));
}

function sizeOf(text: string | undefined): string {
  return text === undefined ? 'none' : `${String(text.split('\n').length)} lines, ${String(text.length)} characters`;
}
