import type { JsonObject, StoredObject } from '#store/store.ts';

import { ageOf } from './object-table.ts';

const SOURCES: Readonly<Record<string, string>> = {
  Both: 'its program and its screen say so',
  Signals: 'its program says so',
  Screen: 'its screen shows it',
  Kernel: 'the kernel says so',
};

/** What an agent does and since when, such as `Busy for 3m`; undefined when it was never seen. */
export function doingOf({ status = {} }: StoredObject, nowMs: number): string | undefined {
  const state = stateIn(status);
  if (state === undefined) return undefined;
  const details = [state['cause'], state['dialog'], percentOf(state)].filter((word) => word !== undefined);
  const more = details.length === 0 ? '' : ` (${details.join(', ')})`;
  const differ = state['contradiction'] === undefined ? '' : ', contradicted';
  return `${String(state['name'])}${more} for ${ageOf(textOf(state['since']), nowMs)}${differ}`;
}

/** The same with what it rests on, one row each. */
export function doingRows(agent: StoredObject, nowMs: number): readonly (readonly string[])[] {
  const state = stateIn(agent.status ?? {});
  if (state === undefined) return [];
  const evidence = `"${String(state['evidence'])}", first seen ${ageOf(textOf(state['since']), nowMs)} ago`;
  const contradiction = textOf(state['contradiction']);
  const until = textOf(state['until']);
  return [
    ['State', doingOf(agent, nowMs) ?? ''],
    ['Evidence', `${evidence}; ${SOURCES[String(state['source'])] ?? ''}`],
    ...(until === undefined ? [] : [['Until', until]]),
    ...(contradiction === undefined ? [] : [['Contradiction', contradiction]]),
    ...(textOf(state['version']) === undefined ? [] : [['Version', String(state['version'])]]),
  ];
}

function percentOf(state: JsonObject): string | undefined {
  const { percent } = state;
  return typeof percent === 'number' && percent > 0 ? `context ${String(percent)}%` : undefined;
}

function stateIn(status: JsonObject): JsonObject | undefined {
  const { state } = status;
  return typeof state === 'object' && state !== null && !Array.isArray(state) ? (state as JsonObject) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
