import type { Action } from '#plan/action.ts';

import type { OutcomeFacts } from './outcome.ts';
import type { Writers } from './writers.ts';

type Of<T extends Action['type']> = Extract<Action, { type: T }>;

/** Tells one message. Repeatable: the message carries its id. */
export async function sendNotice({ request }: Of<'SendNotice'>, { notify }: Writers): Promise<OutcomeFacts> {
  await notify.send(request);
  return {};
}

/** Sends one heartbeat. */
export async function sendHeartbeat({ request }: Of<'SendHeartbeat'>, { notify }: Writers): Promise<OutcomeFacts> {
  await notify.send(request);
  return {};
}
