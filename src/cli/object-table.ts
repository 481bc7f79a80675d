import { formatSpan, fromIso } from '#api/time.ts';
import { KINDS, isKind, type PrinterColumn } from '#api/kind.ts';
import { isUnreadable, type Json, type StoredObject, type UnreadableObject } from '#store/store.ts';

import { jsonPath, renderJsonValue } from './json-path.ts';
import { printable } from './printable.ts';
import { written } from './render-applied.ts';
import { shownObject } from './render-objects.ts';

/** How a table is shown: with wide columns, and with kinds before the names. */
export type TableOptions = { readonly wide: boolean; readonly withKind: boolean; readonly nowMs: number };

type Listed = StoredObject | UnreadableObject;

/** The rows of objects of one kind, the heading first; columns are those of the kind. */
export function objectRows(
  kind: string,
  objects: readonly Listed[],
  options: TableOptions,
): readonly (readonly string[])[] {
  const columns = columnsOf(kind, options.wide);
  const heading = ['NAME', ...columns.map(({ name }) => name.toUpperCase())];
  return [heading, ...objects.map((object) => objectRow(object, columns, options))];
}

function columnsOf(kind: string, wide: boolean): readonly PrinterColumn[] {
  const columns: readonly PrinterColumn[] = isKind(kind) ? KINDS[kind].columns : [];
  return columns.filter(({ priority }) => wide || priority === 0);
}

function objectRow(object: Listed, columns: readonly PrinterColumn[], options: TableOptions): readonly string[] {
  const name = isUnreadable(object) ? object.name : object.metadata.name;
  const shown = options.withKind ? written(`${object.kind}/${name}`) : name;
  if (isUnreadable(object)) return [shown, 'Unreadable', printable(object.unreadable)];
  const json: unknown = shownObject(object);
  return [printable(shown), ...columns.map((column) => cell(json as Json, column, options.nowMs))];
}

function cell(object: Json, { jsonPath: path, type, name }: PrinterColumn, nowMs: number): string {
  const [value] = jsonPath(object, path);
  if (value === undefined || value === null || value === '') return '-';
  const text = renderJsonValue(value);
  if (type === 'date') return ageOf(text, nowMs);
  return printable(name === 'Commit' ? text.slice(0, 12) : text);
}

/** How long ago a time was, for a person; `-` when it is not known. */
export function ageOf(iso: string | undefined, nowMs: number): string {
  const atMs = fromIso(iso);
  return atMs === undefined
    ? '-'
    : formatSpan(Math.max(0, Math.round((nowMs - atMs) / 1000) * 1000)).replace(/^0ms$/, '0s');
}
