import { isPlain } from '#api/is-plain.ts';
import type { StoredObject } from '#store/store.ts';

import { ageOf } from './object-table.ts';

/** What an agent can not be told now, such as `2 messages wait for 4m: SomebodyTyping`; undefined when nothing waits. */
export function messagesWaiting({ status = {} }: StoredObject, nowMs: number): string | undefined {
  const { messages } = status;
  if (!isPlain(messages)) return undefined;
  const { waiting, since, reason } = messages;
  const many = waiting === 1 ? '1 message waits' : `${String(waiting)} messages wait`;
  return `${many} for ${ageOf(typeof since === 'string' ? since : undefined, nowMs)}: ${String(reason)}`;
}
