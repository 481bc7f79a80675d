import type { NotifierObject } from '#api/notifier.ts';
import type { NotifierObservation } from '#observe/observe-notifier.ts';

import type { Action } from './action.ts';
import type { Books, NotifierCase } from './notifier/books.ts';
import { heartbeatInMs, nextHeartbeat } from './notifier/heartbeat.ts';
import { dueInMs, nextNotice } from './notifier/next-notice.ts';
import { renderHeartbeat } from './notifier/render-heartbeat.ts';
import { renderNotice, titleOf } from './notifier/render-notice.ts';
import { takeEvents } from './notifier/take-events.ts';
import { doNow, settled, waitFor, type Decision, type Moment, type Plan } from './plan.ts';
import { whenSuspended } from './suspended.ts';

/** Events are looked for this often even when nobody says that there are any. */
const LOOK_MS = 5000;
/** What is due beside the one act of this pass is done in the next. */
const NEXT_MS = 10;

/** What a notifier tells now: one message or one heartbeat per pass, so that neither holds up the other for long. */
export function planNotifier(notifier: NotifierObject, seen: NotifierObservation, moment: Moment): Plan {
  const at = { notifier, seen, nowMs: moment.wallMs };
  const decision = whenSuspended(notifier, moment) ?? whenUnknown(seen) ?? tell(at, takeEvents(at));
  return { key: `Notifier/${notifier.metadata.name}`, ...decision };
}

function whenUnknown({ events }: NotifierObservation): Decision | undefined {
  if (events.state !== 'unknown') return undefined;
  return waitFor('StorageUnavailable', events.message, { requeueAfterMs: LOOK_MS });
}

function tell(at: NotifierCase, books: Books): Decision {
  const beatMs = heartbeatInMs(at);
  if (beatMs === 0) return doNow([beat(at)], NEXT_MS);
  const notice = nextNotice(books, at.nowMs);
  const looks = [LOOK_MS, beatMs ?? LOOK_MS, ...books.outbox.map((one) => dueInMs(one, at.nowMs))];
  const nextMs = Math.max(NEXT_MS, Math.min(...looks));
  if (notice === undefined) return troubled(at, nextMs) ?? settled(nextMs);
  const message = `${titleOf(notice)} (message ${notice.id})`;
  const request = renderNotice(at.notifier.spec, notice);
  const why = { reason: 'NotificationDue', message, blast: 'none' } as const;
  return doNow([{ type: 'SendNotice', ...why, id: notice.id, request }], NEXT_MS);
}

function beat(at: NotifierCase): Action {
  const { state } = nextHeartbeat(at);
  const message = `a heartbeat is due, which says ${state}`;
  return { type: 'SendHeartbeat', reason: 'HeartbeatDue', message, blast: 'none', request: renderHeartbeat(at) };
}

// Between two attempts it stays visible that something could not be told.
function troubled({ notifier }: NotifierCase, requeueAfterMs: number): Decision | undefined {
  const failed = notifier.status?.outbox?.find(({ failure }) => failure !== undefined)?.failure;
  const silent = notifier.spec.heartbeat === undefined ? undefined : notifier.status?.heartbeat?.message;
  const why = failed ?? (silent === undefined ? undefined : { reason: 'NotificationUnreachable', message: silent });
  return why === undefined ? undefined : waitFor(reasonOf(why.reason), why.message, { requeueAfterMs });
}

function reasonOf(word: string) {
  const known = ['NotificationRefused', 'NotificationUnreachable', 'NotifierSecret'] as const;
  return known.find((one) => one === word) ?? 'ActionFailed';
}
