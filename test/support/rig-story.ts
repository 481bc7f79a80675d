import { readFileSync } from 'node:fs';

import { isUnreadable, type Store, type StoredObject } from '#store/store.ts';

import type { PrivateTmux } from './tmux.ts';

/** A condition in a stored status. */
export type TestCondition = { type: string; status: string; reason: string; message: string };

const LOG_LINES = 40;

/** What a person would look at when a rig did not do what was expected. */
export async function tellStory(rig: { store: Store; tmux: PrivateTmux; logFile: string }): Promise<string> {
  const objects = (await rig.store.list()).map((object) =>
    isUnreadable(object) ? object.unreadable : `${object.kind}/${object.metadata.name} ${conditionsOf(object)}`,
  );
  const sessions = await rig.tmux
    .run('list-panes', '-a', '-F', '#{session_name} #{pane_pid} dead=#{pane_dead}')
    .catch((error: unknown) => String(error));
  return ['objects:', ...objects, 'sessions:', sessions, 'log:', readTail(rig.logFile)].join('\n');
}

function conditionsOf(object: StoredObject): string {
  const conditions = (object.status?.['conditions'] ?? []) as unknown as readonly TestCondition[];
  return conditions.map(({ type, status, reason, message }) => `${type}=${status} ${reason} "${message}"`).join('; ');
}

function readTail(path: string): string {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-LOG_LINES).join('\n');
  } catch {
    return 'no log';
  }
}
