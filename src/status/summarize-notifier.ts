import { compact } from '#api/compact.ts';
import type { Readiness } from '#api/conditions.ts';
import type { DeadLetter, Notice, NotifierStatus } from '#api/notifier-status.ts';
import type { NotifierObject } from '#api/notifier.ts';
import { toIso } from '#api/time.ts';
import type { Outcome } from '#act/outcome.ts';
import type { NotifierObservation } from '#observe/observe-notifier.ts';
import type { Books } from '#plan/notifier/books.ts';
import { nextHeartbeat } from '#plan/notifier/heartbeat.ts';
import { takeEvents } from '#plan/notifier/take-events.ts';

import { conditionsOf, isoOf, unsettledReadiness, type Pass } from './pass.ts';

type NotifierPass = Pass<NotifierObject, NotifierObservation>;

/** A message is given up after this many attempts, about an hour. */
export const MAX_ATTEMPTS = 12;
const RETRY_FIRST_MS = 5000;
const RETRY_MAX_MS = 10 * 60_000;
const DEAD_LETTERS = 20;
const DEADLINE_MS = 60_000;

/** The status of a notifier after a pass: what was read, what is still to be told, and how telling went. */
export function summarizeNotifier(pass: NotifierPass): NotifierStatus {
  const books = booksAfter(pass);
  const result = pass.outcomes.find(({ action }) => action.type === 'SendNotice');
  const { outbox, deadLetters = [], toldAt } = afterSending(pass, books, result);
  const { operation: _operation, announcedStop: _stop, ...kept } = pass.object.status ?? { conditions: [] };
  const dead = [...(kept.deadLetters ?? []), ...deadLetters].slice(-DEAD_LETTERS);
  return {
    ...kept,
    observedGeneration: pass.object.metadata.generation ?? 0,
    ...compact({ ...books, outbox, toldAt: toldAt ?? kept.toldAt, heartbeat: heartbeatAfter(pass) }),
    ...(dead.length === 0 ? {} : { deadLetters: dead }),
    conditions: [...conditionsOf(pass, readiness(pass), [])],
  };
}

/** The status to write before a message is sent: what was read is kept, and the id of the message stands for the act. */
export function intendNotice(pass: NotifierPass, id: string): NotifierStatus {
  const deadline = toIso(pass.moment.wallMs + DEADLINE_MS);
  const operation = { id, step: 'SendNotice', startedAt: isoOf(pass), deadline };
  return { conditions: [], ...pass.object.status, ...compact(booksAfter(pass)), operation };
}

// While it is suspended nothing is read: it is told afterwards.
function booksAfter({ object, seen, plan, moment }: NotifierPass): Books {
  const isHeld = plan.waiting.some(({ reason }) => reason === 'Suspended' || reason === 'PlanRefused');
  const nothing = { kind: 'Notifier', events: { state: 'unknown', reason: 'Suspended', message: '' } } as const;
  return takeEvents({ notifier: object, seen: isHeld ? { ...seen, ...nothing } : seen, nowMs: moment.wallMs });
}

type Sent = { readonly outbox: Notice[]; readonly deadLetters?: readonly DeadLetter[]; readonly toldAt?: string };

function afterSending(pass: NotifierPass, { outbox }: Books, sent: Outcome | undefined): Sent {
  const id = sent?.action.type === 'SendNotice' ? sent.action.id : undefined;
  const notice = outbox.find((one) => one.id === id);
  if (sent === undefined || notice === undefined) return { outbox };
  const others = outbox.filter((one) => one !== notice);
  if (sent.result === 'Done') return { outbox: others, toldAt: isoOf(pass) };
  const failure = { reason: sent.reason ?? 'ActionFailed', message: sent.message ?? '' };
  const tried = { ...notice, attempts: notice.attempts + 1, failure };
  if (tried.attempts >= MAX_ATTEMPTS) return { outbox: others, deadLetters: [{ ...tried, givenUpAt: isoOf(pass) }] };
  const delayMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** notice.attempts);
  const later = { ...tried, notBefore: toIso(pass.moment.wallMs + delayMs) };
  return { outbox: outbox.map((one) => (one === notice ? later : one)) };
}

function heartbeatAfter(pass: NotifierPass): NotifierStatus['heartbeat'] {
  const sent = pass.outcomes.find(({ action }) => action.type === 'SendHeartbeat');
  if (sent === undefined) return pass.object.status?.heartbeat;
  const next = nextHeartbeat({ notifier: pass.object, seen: pass.seen, nowMs: pass.moment.wallMs });
  if (sent.result === 'Done') return { ...next, failures: 0 };
  return { ...next, failures: next.failures + 1, message: sent.message ?? '' };
}

// Telling is what it is there for: a message that is due is no reason for not being Ready, one that failed is.
function readiness(pass: NotifierPass): Readiness {
  const isTelling = pass.plan.actions.length > 0 && pass.outcomes.every(({ result }) => result === 'Done');
  const ready: Readiness = { ready: 'True', progress: 'Settled', reason: 'Ready', message: '' };
  return isTelling ? ready : (unsettledReadiness(pass) ?? ready);
}
