import type { Incident, Notice, NotifierStatus } from '#api/notifier-status.ts';
import type { NotifierObject } from '#api/notifier.ts';
import { fromIso } from '#api/time.ts';
import type { NotifierObservation } from '#observe/observe-notifier.ts';

import { shortHash } from '../short-hash.ts';

/** What a notifier remembers of what it read and has still to tell. */
export type Books = Pick<NotifierStatus, 'cursor' | 'announcedStop'> & {
  readonly outbox: Notice[];
  readonly incidents: Incident[];
  readonly recent: string[];
};

/** What the books are kept for. */
export type NotifierCase = {
  readonly notifier: NotifierObject;
  readonly seen: NotifierObservation;
  readonly nowMs: number;
};

/** The books as the status has them. */
export function booksOf({ status }: NotifierObject): Books {
  return {
    outbox: status?.outbox ?? [],
    incidents: status?.incidents ?? [],
    recent: status?.recent ?? [],
    cursor: status?.cursor,
    announcedStop: status?.announcedStop,
  };
}

/** Identity of a message: the same cause gives the same id, also after a crash. */
export function noticeId(notifier: NotifierObject, cause: string): string {
  const text = `${notifier.metadata.uid ?? ''}/${notifier.metadata.name}/${cause}`;
  return `${shortHash(text)}${shortHash(`#${text}`)}`;
}

/** True when `at` is less than `spanMs` ago. A time that lies ahead, after a jump of the clock, is not. */
export function isWithin(at: string, spanMs: number, nowMs: number): boolean {
  const ageMs = nowMs - (fromIso(at) ?? 0);
  return ageMs >= 0 && ageMs < spanMs;
}

/** The books with one incident put in, in place of an earlier one about the same. */
export function withIncident(books: Books, incident: Incident): Books {
  const others = books.incidents.filter(({ about, reason }) => about !== incident.about || reason !== incident.reason);
  return { ...books, incidents: capped([...others, incident]) };
}

/** Incidents that are remembered. */
const KEPT = 200;

// What is over makes room first: an open one that is forgotten would be told as new.
function capped(incidents: readonly Incident[]): Incident[] {
  if (incidents.length <= KEPT) return [...incidents];
  const index = incidents.findIndex(({ state }) => state !== 'Open');
  return incidents.filter((_, at) => at !== Math.max(0, index));
}
