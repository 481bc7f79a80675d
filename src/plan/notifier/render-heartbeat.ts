import type { NotifyRequest } from '#drivers/notify/notify.ts';

import type { NotifierCase } from './books.ts';
import { heartbeatUrl, nextHeartbeat } from './heartbeat.ts';
import { plainText } from './plain-text.ts';

const NEEDS = 10;
const TEXT_MAX = 200;

/** The request of a heartbeat: where the work stands, when it moved last, and what needs a person. */
export function renderHeartbeat(at: NotifierCase): NotifyRequest {
  const { state, progressAt, at: sentAt, quietMs } = nextHeartbeat(at);
  const { phases, needsPerson } = at.seen.standing;
  const body = JSON.stringify({
    ...{ version: 1, state, phases: phases.map((phase) => plainText(phase, TEXT_MAX)), progressAt, quietMs, sentAt },
    needsPerson: needsPerson.slice(0, NEEDS).map(({ about, reason, message }) => ({
      about: plainText(about, TEXT_MAX),
      reason: plainText(reason, TEXT_MAX),
      message: plainText(message, TEXT_MAX),
    })),
  });
  const url = heartbeatUrl(at.notifier.spec.heartbeat?.url ?? '', state);
  return { type: 'Post', url, headers: { 'Content-Type': 'application/json; charset=utf-8' }, body };
}
