import { isUnreadable, type Json, type StoredObject, type UnreadableObject } from '#store/store.ts';

import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { nameOf, selectObjects } from './find-objects.ts';
import { isReadable } from './is-readable.ts';
import { jsonPath, renderJsonValue } from './json-path.ts';
import { objectRows } from './object-table.ts';
import { createPaint } from './paint.ts';
import { printableLines } from './printable.ts';
import { renderObjects, shownObject } from './render-objects.ts';
import { renderTable } from './render-table.ts';
import { written } from './render-applied.ts';
import { until } from './until.ts';
import type { Selection } from './find-objects.ts';
import type { LabelSelector } from './label-selector.ts';

/** How `ccci get` prints. */
export type GetOutput = 'table' | 'wide' | 'json' | 'yaml' | 'name' | { readonly jsonPath: string };

/** The options of `ccci get`. */
export type GetOptions = {
  readonly selection: Selection;
  readonly watch: boolean;
  readonly labels: LabelSelector | undefined;
  readonly output: GetOutput;
};

type Listed = StoredObject | UnreadableObject;

/** Prints the selected objects, and with `watch` each one again whenever it changes. */
export async function listObjects(options: GetOptions, context: Context): Promise<ExitCode> {
  const objects = await select(options, context);
  await print(objects, options, context);
  if (options.watch) await follow(objects, options, context);
  return EXIT.ok;
}

async function select({ selection, labels }: GetOptions, context: Context): Promise<readonly Listed[]> {
  const objects = await selectObjects(selection, await context.openStore());
  return labels === undefined
    ? objects
    : objects.filter((object) => !isUnreadable(object) && labels(object.metadata.labels));
}

async function print(objects: readonly Listed[], options: GetOptions, context: Context): Promise<void> {
  const { terminal } = context;
  const { output, selection } = options;
  if (typeof output === 'object') {
    for (const line of pathLines(objects, output.jsonPath)) terminal.out(`${printableLines(line)}\n`);
    return;
  }
  if (output === 'json' || output === 'yaml') {
    const isOne = 'keys' in selection && selection.keys.length === 1;
    terminal.out(await renderObjects(objects.filter(isReadable), output, !isOne));
    for (const object of objects) if (isUnreadable(object)) terminal.err(`warning: ${unreadableLine(object)}\n`);
    return;
  }
  if (output === 'name') {
    for (const object of objects) terminal.out(`${written(`${object.kind}/${nameOf(object)}`)}\n`);
    return;
  }
  if (objects.length === 0) terminal.err('nothing found\n');
  terminal.out(renderTables(objects, options, context));
}

function renderTables(objects: readonly Listed[], { output, selection }: GetOptions, context: Context): string {
  const kinds = [...Map.groupBy(objects, ({ kind }) => kind)];
  const paint = createPaint(context.terminal.color);
  const withKind = kinds.length > 1 || ('kinds' in selection && selection.kinds.length > 1);
  const tables = kinds.map(([kind, members]) => {
    const [heading = [], ...rows] = objectRows(kind, members, {
      wide: output === 'wide',
      withKind,
      nowMs: context.now(),
    });
    return renderTable([heading.map((cell) => paint.dim(cell)), ...rows]);
  });
  return tables.join('\n');
}

function pathLines(objects: readonly Listed[], path: string): readonly string[] {
  return objects.filter(isReadable).flatMap((object) => {
    const json: unknown = shownObject(object);
    return jsonPath(json as Json, path).map(renderJsonValue);
  });
}

async function follow(before: readonly Listed[], options: GetOptions, context: Context): Promise<void> {
  const ended = new AbortController();
  context.onInterrupt(() => ended.abort());
  const versions = new Map(before.map((object) => [keyOf(object), versionOf(object)]));
  const look = async () => {
    const objects = await select(options, context).catch(() => []);
    const changed = objects.filter((object) => versions.get(keyOf(object)) !== versionOf(object));
    for (const object of changed) versions.set(keyOf(object), versionOf(object));
    if (changed.length > 0) await printChanged(changed, options, context);
    return undefined;
  };
  await until(await context.openStore(), look, { timeoutMs: Infinity, signal: ended.signal });
}

async function printChanged(changed: readonly Listed[], options: GetOptions, context: Context): Promise<void> {
  const { output } = options;
  if (output !== 'table' && output !== 'wide') {
    await print(changed, options, context);
    return;
  }
  for (const object of changed) {
    const how = { wide: output === 'wide', withKind: true, nowMs: context.now() };
    const [, ...rows] = objectRows(object.kind, [object], how);
    context.terminal.out(renderTable(rows));
  }
}

function keyOf(object: Listed): string {
  return `${object.kind}/${nameOf(object)}`;
}

function versionOf(object: Listed): string {
  return isUnreadable(object) ? object.unreadable : object.metadata.resourceVersion;
}

function unreadableLine(object: UnreadableObject): string {
  return `${written(keyOf(object))} can not be read: ${object.unreadable}`;
}
