import {
  isUnreadable,
  type Json,
  type JsonObject,
  type Store,
  type StoredObject,
  type UnreadableObject,
} from '#store/store.ts';

import { doingRows } from './agent-doing.ts';
import { conditionsOf } from './conditions-of.ts';
import type { Context } from './context.ts';
import { eventRows } from './event-rows.ts';
import { selectObjects, type Selection } from './find-objects.ts';
import { isReadable } from './is-readable.ts';
import { ageOf } from './object-table.ts';
import { messagesWaiting } from './messages-waiting.ts';
import { createPaint, type Paint } from './paint.ts';
import { printable, printableLines } from './printable.ts';
import { relatedKeys } from './related.ts';
import { written } from './render-applied.ts';
import { renderTable } from './render-table.ts';

const EVENTS = 10;

/** Everything about the selected objects, for a person. */
export async function describeObjects(selection: Selection, context: Context): Promise<string> {
  const store = await context.openStore();
  const objects = await selectObjects(selection, store);
  const paint = createPaint(context.terminal.color);
  const texts = await Promise.all(objects.map((object) => describeOne(object, store, { paint, nowMs: context.now() })));
  return texts.join('\n');
}

type Style = { readonly paint: Paint; readonly nowMs: number };

async function describeOne(object: StoredObject | UnreadableObject, store: Store, style: Style): Promise<string> {
  if (isUnreadable(object))
    return `${written(`${object.kind}/${object.name}`)} can not be read: ${printable(object.unreadable)}\n`;
  const key = `${object.kind}/${object.metadata.name}`;
  const all = (await store.list()).filter(isReadable);
  const events = await store.events({ about: key, limit: EVENTS });
  const title = (text: string) => `${style.paint.bold(text)}\n`;
  const part = (name: string, text: string) => (text === '' ? '' : `${title(name)}${text}`);
  const { conditions: _conditions, ...status } = object.status ?? {};
  return [
    headOf(object, style),
    part(
      'Doing',
      renderTable(
        [...doingRows(object, style.nowMs), ...messageRows(object, style.nowMs)].map((row) => row.map(printable)),
        '  ',
      ),
    ),
    part('Ordered', ordersOf(object, style)),
    part('Conditions', conditionTable(object, style)),
    part('Spec', tree(object.spec)),
    part('Status', tree(status)),
    part('Related', relatedTable(object, all)),
    part('Events', renderTable(eventRows(events, style.nowMs, false), '  ')),
  ].join('');
}

function messageRows(object: StoredObject, nowMs: number): readonly (readonly string[])[] {
  const waiting = messagesWaiting(object, nowMs);
  return waiting === undefined ? [] : [['Messages', waiting]];
}

function headOf({ kind, metadata }: StoredObject, { paint, nowMs }: Style): string {
  const rows = [
    ['Name', metadata.name],
    ['Kind', kind],
    ...listed('Labels', metadata.labels),
    ...listed('Annotations', metadata.annotations),
    ['Created', `${metadata.creationTimestamp} (${ageOf(metadata.creationTimestamp, nowMs)} ago)`],
    ['Generation', String(metadata.generation)],
    ...(metadata.deletionTimestamp === undefined ? [] : [['Deleted', metadata.deletionTimestamp]]),
  ];
  return renderTable(rows.map(([name = '', value = '']) => [paint.bold(name), printable(value)]));
}

function listed(name: string, texts: Readonly<Record<string, string>> | undefined): readonly (readonly string[])[] {
  const entries = Object.entries(texts ?? {});
  return entries.length === 0 ? [] : [[name, entries.map(([key, value]) => `${key}=${value}`).join(', ')]];
}

function ordersOf({ operator = {} }: StoredObject, { nowMs }: Style): string {
  const rows = Object.entries(operator).flatMap(([name, value]) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
    const { by, at, why, until, verb, phase } = value as JsonObject;
    const what = typeof verb === 'string' ? `${name}: ${verb.toLowerCase()} ${String(phase)}` : name;
    const isOver = typeof until === 'string' && Date.parse(until) <= nowMs;
    const when = typeof at === 'string' ? `${ageOf(at, nowMs)} ago` : '';
    const end = typeof until === 'string' ? `${isOver ? 'over since' : 'until'} ${until}` : '';
    return [[what, `by ${String(by)}`, when, end, why === undefined ? '' : String(why)].map(printable)];
  });
  return renderTable(rows, '  ');
}

function conditionTable(object: StoredObject, { nowMs }: Style): string {
  const rows = conditionsOf(object).map(({ type, status, reason, message, lastTransitionTime }) =>
    [type, status, reason, ageOf(lastTransitionTime, nowMs), message].map(printable),
  );
  return renderTable(rows, '  ');
}

function relatedTable(object: StoredObject, all: readonly StoredObject[]): string {
  const rows = relatedKeys(object, all).map(({ key, how }) => {
    const other = all.find(({ kind, metadata }) => `${kind}/${metadata.name}` === key);
    const ready = other === undefined ? undefined : conditionsOf(other).find(({ type }) => type === 'Ready');
    const state =
      other === undefined
        ? 'does not exist'
        : ready === undefined
          ? 'not looked at yet'
          : `Ready=${ready.status} ${ready.reason}`;
    return [how, written(key), printable(state)];
  });
  return renderTable(rows, '  ');
}

/** A JSON object as an indented tree, one field per line. */
function tree(value: JsonObject, indent = '  '): string {
  return Object.entries(value)
    .map(([name, field]) => branch(name, field, indent))
    .join('');
}

function branch(name: string, value: Json, indent: string): string {
  const label = `${indent}${printable(name)}:`;
  if (typeof value === 'string' && value.includes('\n')) {
    const lines = printableLines(value.trimEnd()).split('\n');
    return `${label}\n${lines.map((line) => `${indent}  | ${line}\n`).join('')}`;
  }
  if (typeof value !== 'object' || value === null) return `${label} ${printable(String(value))}\n`;
  const entries = Object.entries(value);
  if (entries.length === 0) return `${label} ${Array.isArray(value) ? 'none' : '{}'}\n`;
  const isPlainList = Array.isArray(value) && entries.every(([, item]) => typeof item !== 'object');
  if (isPlainList) return `${label} ${printable(entries.map(([, item]) => String(item)).join(', '))}\n`;
  return `${label}\n${tree(Object.fromEntries(entries), `${indent}  `)}`;
}
