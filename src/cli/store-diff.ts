import type { JsonObject, StoredObject } from '#store/store.ts';

import type { ApplyChange } from './apply-set.ts';
import { diffFields, type FieldChange } from './diff-fields.ts';

/** What applying would change of one stored object. */
export type StoreDiff = {
  readonly key: string;
  readonly outcome: 'created' | 'configured' | 'pruned';
  readonly fields: readonly FieldChange[];
};

/** The objects that applying would change, with their fields. What stays as it is is left out. */
export function storeDiff(changes: readonly ApplyChange[]): readonly StoreDiff[] {
  return changes.flatMap((change): StoreDiff[] => {
    if (change.outcome === 'unchanged') return [];
    if (change.outcome === 'pruned') return [{ key: change.key, outcome: change.outcome, fields: [] }];
    const { merge, before } = change;
    const after = { metadata: metadataOf(merge), spec: merge.spec };
    const fields = [
      ...diffFields(
        before === undefined ? undefined : { metadata: metadataOf(before.metadata), spec: before.spec },
        after,
      ),
      ...diffTexts(before, merge.texts),
    ];
    return [{ key: change.key, outcome: change.outcome, fields }];
  });
}

type Texts = Readonly<Record<string, string>> | undefined;

function metadataOf({ labels, annotations }: { labels?: Texts; annotations?: Texts }): JsonObject {
  return { ...filled('labels', labels), ...filled('annotations', annotations) };
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
