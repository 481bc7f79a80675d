import type { Incident, Notice } from '#api/notifier-status.ts';
import { parseDurationMs } from '#api/quantity.ts';
import { fromIso, toIso } from '#api/time.ts';
import type { StoredEvent } from '#store/store.ts';

import { booksOf, isWithin, noticeId, withIncident, type Books, type NotifierCase } from './books.ts';
import { announceStop } from './announce-stop.ts';
import { enqueue } from './enqueue.ts';
import { followIncidents } from './follow-incidents.ts';

/** The first look tells what happened in this time, and nothing older. */
const FIRST_LOOK_MS = 10 * 60_000;
/** Reasons that are told whatever the severity: the end of the work is no death. */
const ALWAYS = ['SequenceComplete'];

type Taken = { readonly books: Books; readonly notices: readonly Notice[] };

/**
 * The books after reading: new events became messages, incidents or nothing, and the cursor stands at the last of them.
 * The same books, events and time give the same result; reading the same events again changes nothing.
 */
export function takeEvents(at: NotifierCase): Books {
  const before = booksOf(at.notifier);
  if (at.seen.events.state !== 'known') return before;
  const fresh = unread(before, at.seen.events.value);
  const told = before.cursor === undefined ? fresh.filter((event) => isRecent(event, at.nowMs)) : fresh;
  const read = told
    .filter((event) => isWanted(event, at))
    .reduce<Taken>((so, event) => take(so, event, at), {
      books: { ...before, cursor: cursorOf(fresh.at(-1)) ?? before.cursor ?? { id: '', at: toIso(at.nowMs) } },
      notices: [],
    });
  const followed = followIncidents(read.books, at);
  const stop = announceStop(followed.books, at);
  return enqueue(stop.books, [...read.notices, ...followed.notices, ...stop.notices], at);
}

// The events after a cursor that has moved on since they were read are none.
function unread({ cursor }: Books, events: readonly StoredEvent[]): readonly StoredEvent[] {
  const index = cursor === undefined ? -1 : events.findLastIndex(({ id }) => id === cursor.id);
  return events.slice(index + 1);
}

function cursorOf(event: StoredEvent | undefined): Books['cursor'] {
  return event === undefined ? undefined : { id: event.id, at: event.at };
}

function isRecent({ at }: StoredEvent, nowMs: number): boolean {
  return (fromIso(at) ?? 0) >= nowMs - FIRST_LOOK_MS;
}

// What a notifier could not tell it does not tell itself: that would never end.
function isWanted({ about, type, reason }: StoredEvent, { notifier }: NotifierCase): boolean {
  const { severity, kinds, reasons } = notifier.spec.events;
  const kind = about.split('/')[0] ?? '';
  if (about === `Notifier/${notifier.metadata.name}`) return false;
  if (kinds.length > 0 && !kinds.includes(kind)) return false;
  if (reasons.length > 0 && !reasons.includes(reason)) return false;
  return type === 'Warning' || severity === 'Normal' || ALWAYS.includes(reason);
}

function take({ books, notices }: Taken, event: StoredEvent, at: NotifierCase): Taken {
  const { about, reason, message: text, type: severity } = event;
  const known = books.incidents.find((one) => one.about === about && one.reason === reason);
  const dedupeMs = parseDurationMs(at.notifier.spec.dedupeFor);
  const state = severity === 'Warning' ? 'Open' : 'Notice';
  if (known !== undefined && isWithin(known.toldAt, dedupeMs, at.nowMs)) {
    const isBack = known.state === 'Over';
    const again = {
      ...known,
      text,
      state,
      untold: known.untold + 1,
      ...(isBack ? { since: event.at, isMuted: true } : {}),
    } as const;
    return { books: withIncident(books, again), notices };
  }
  const id = noticeId(at.notifier, event.id);
  const isUpdate = known?.state === 'Open' && state === 'Open';
  const incident: Incident = {
    ...{ id: isUpdate ? known.id : id, about, reason, text, state },
    ...{ since: isUpdate ? known.since : event.at, toldAt: toIso(at.nowMs), untold: 0 },
  };
  const notice: Notice = {
    ...{ id, sort: isUpdate ? 'Update' : state === 'Open' ? 'Problem' : 'Notice', incident: incident.id },
    ...{ severity, about, reason, text, at: event.at, count: (isUpdate ? known.untold : 0) + 1, attempts: 0 },
  };
  return { books: withIncident(books, incident), notices: [...notices, notice] };
}
