import type { Store, StoredEvent } from '#store/store.ts';

import type { Context } from './context.ts';
import { eventRows } from './event-rows.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { renderTable } from './render-table.ts';
import { until } from './until.ts';
import type { ObjectKey } from '#api/key.ts';

/** The options of `ccci events`. */
export type EventsOptions = {
  readonly about: ObjectKey | undefined;
  readonly watch: boolean;
  readonly limit: number | undefined;
  readonly output: 'table' | 'json' | 'yaml';
};

const HEADING = ['AGE', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'];

/** Prints events, and with `watch` each new one when it comes. */
export async function listEvents(options: EventsOptions, context: Context): Promise<ExitCode> {
  const { terminal } = context;
  const store = await context.openStore();
  const found = await read(options, store, options.limit);
  terminal.out(await render(found, options, { nowMs: context.now(), isFirst: true }));
  if (found.length === 0 && options.output === 'table') terminal.err('nothing has happened yet\n');
  if (!options.watch) return EXIT.ok;
  const seen = new Map(found.map(({ id, count }) => [id, count]));
  const ended = new AbortController();
  context.onInterrupt(() => ended.abort());
  const look = async () => {
    const fresh = (await read(options, store, undefined)).filter(({ id, count }) => seen.get(id) !== count);
    for (const { id, count } of fresh) seen.set(id, count);
    if (fresh.length > 0) terminal.out(await render(fresh, options, { nowMs: context.now(), isFirst: false }));
    return undefined;
  };
  // What was beyond the limit has been there before.
  for (const { id, count } of await read(options, store, undefined)) if (!seen.has(id)) seen.set(id, count);
  await until(store, look, { timeoutMs: Infinity, signal: ended.signal });
  return EXIT.ok;
}

async function read(
  { about }: EventsOptions,
  store: Store,
  limit: number | undefined,
): Promise<readonly StoredEvent[]> {
  return store.events({ ...(about === undefined ? {} : { about }), ...(limit === undefined ? {} : { limit }) });
}

async function render(
  events: readonly StoredEvent[],
  { output }: EventsOptions,
  { nowMs, isFirst }: { readonly nowMs: number; readonly isFirst: boolean },
): Promise<string> {
  if (output === 'json')
    return isFirst ? `${JSON.stringify(events, null, 2)}\n` : events.map((one) => `${JSON.stringify(one)}\n`).join('');
  if (output === 'yaml') {
    const { renderYaml } = await import('#load/render-yaml.ts');
    return renderYaml(events);
  }
  if (events.length === 0) return '';
  const rows = eventRows(events, nowMs, true);
  return renderTable(isFirst ? [HEADING, ...rows] : rows);
}
