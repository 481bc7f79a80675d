import type { Condition } from '#api/condition.ts';
import type { Incident, Notice } from '#api/notifier-status.ts';
import { parseDurationMs } from '#api/quantity.ts';
import { toIso } from '#api/time.ts';

import { isWithin, noticeId, withIncident, type Books, type NotifierCase } from './books.ts';

/** An event is written before the status that goes with it: what looks over right after the event may only begin. */
const SETTLE_MS = 15_000;
/** Kinds that are not Ready for most of their life: there a matter is over when nothing says it any more. */
const NEVER_READY = ['Gate', 'Phase', 'Sequence'];
/** Reasons for not being Ready that somebody wanted. */
const WANTED = ['Stopped', 'Suspended', 'SequenceComplete'];

type Followed = { readonly books: Books; readonly notices: readonly Notice[] };

/** Looks after open incidents: tells once that one is over, and again what came back after `dedupeFor`. */
export function followIncidents(books: Books, at: NotifierCase): Followed {
  return books.incidents
    .filter(({ state }) => state === 'Open')
    .reduce<Followed>((so, incident) => follow(so, incident, at), { books, notices: [] });
}

function follow({ books, notices }: Followed, incident: Incident, at: NotifierCase): Followed {
  const { isMuted, ...rest } = incident;
  if (isOver(incident, at)) {
    const over = { ...rest, state: 'Over', untold: 0 } as const;
    const told = isMuted === true ? [] : [recovery(incident, at)];
    return { books: withIncident(books, over), notices: [...notices, ...told] };
  }
  const isDue = !isWithin(incident.toldAt, parseDurationMs(at.notifier.spec.dedupeFor), at.nowMs);
  if (incident.untold === 0 || !isDue) return { books, notices };
  const told = { ...rest, toldAt: toIso(at.nowMs), untold: 0 };
  return { books: withIncident(books, told), notices: [...notices, update(incident, at)] };
}

function isOver({ about, reason, toldAt, since }: Incident, { seen, nowMs }: NotifierCase): boolean {
  if (isWithin(since, SETTLE_MS, nowMs) || isWithin(toldAt, SETTLE_MS, nowMs) || seen.unreadable.includes(about))
    return false;
  const conditions = seen.conditions[about];
  if (conditions === undefined) return !isKnownSince(about, seen);
  const ready = conditionOf(conditions, 'Ready');
  if (ready === undefined || conditions.some((one) => one.reason === reason)) return false;
  if (conditionOf(conditions, 'Stalled')?.status === 'True') return false;
  return ready.status === 'True' || NEVER_READY.includes(about.split('/')[0] ?? '') || WANTED.includes(ready.reason);
}

// An incident of this very look was not among those whose objects were looked at.
function isKnownSince(about: string, { events }: NotifierCase['seen']): boolean {
  return events.state === 'known' && events.value.some((event) => event.about === about);
}

function conditionOf(conditions: readonly Condition[], type: string): Condition | undefined {
  return conditions.find((one) => one.type === type);
}

function recovery(incident: Incident, at: NotifierCase): Notice {
  const text = `over: ${incident.text}`;
  return { ...noticeOf(incident, at, 'Recovery'), severity: 'Normal', text };
}

function update(incident: Incident, at: NotifierCase): Notice {
  return { ...noticeOf(incident, at, 'Update'), count: incident.untold };
}

function noticeOf(incident: Incident, { notifier, nowMs }: NotifierCase, sort: 'Recovery' | 'Update'): Notice {
  const { id, about, reason, text, toldAt } = incident;
  return {
    ...{ id: noticeId(notifier, `${id}/${sort}/${toldAt}`), sort, incident: id, severity: 'Warning' },
    ...{ about, reason, text, at: toIso(nowMs), count: 1, attempts: 0 },
  };
}
