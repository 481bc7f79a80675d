import { toIso } from '#api/time.ts';
import type { Json, JsonObject } from '#store/store.ts';

import type { FieldChange } from './diff-fields.ts';
import type { Difference } from './difference.ts';
import { jsonPatch } from './json-patch.ts';
import type { StoreDiff } from './store-diff.ts';

/** The stable form of a difference for programs. */
export function encodeDifference({ store, actions, waiting, unknown, refused }: Difference): JsonObject {
  return {
    store: store.map(({ key, outcome, fields }) => ({ key, outcome, fields: fields.map(encodeField) })),
    actions: actions.map(({ key, type, what, reason, message, blast }) => ({
      key,
      type,
      what,
      reason,
      message,
      blast,
    })),
    waiting: waiting.map(({ key, reason, message, needsPerson, untilMs }) => ({
      key,
      reason,
      message,
      needsPerson: needsPerson === true,
      ...(untilMs === undefined ? {} : { until: toIso(untilMs) }),
    })),
    unknown: Object.entries(unknown).map(([key, message]) => ({ key, message })),
    refused,
  };
}

function encodeField({ path, before, after }: FieldChange): JsonObject {
  return {
    path: pointer(path),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}

/** What would be stored as JSON patches (RFC 6902), one per object: a new one is added and a pruned one removed as a whole. */
export function encodePatches(store: readonly StoreDiff[]): readonly Json[] {
  return store.map(({ key, outcome, before, after }) => {
    if (after === undefined) return { key, outcome, patch: [{ op: 'remove', path: '' }] };
    const patch = before === undefined ? [{ op: 'add', path: '', value: after }] : jsonPatch(before, after);
    return { key, outcome, patch };
  });
}

function pointer(path: readonly (string | number)[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
