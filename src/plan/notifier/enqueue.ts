import type { Incident, Notice } from '#api/notifier-status.ts';
import { fromIso, toIso } from '#api/time.ts';

import { isWithin, noticeId, type Books, type NotifierCase } from './books.ts';

/** More messages than this in a minute become one digest. */
const PER_MINUTE = 5;
const MINUTE_MS = 60_000;
/** Messages that wait, for a receiver that is gone, before the rest becomes a digest. */
const WAITING = 20;
/** Objects and reasons that a digest counts one by one. */
const COUNTED = 15;

/** Puts messages into the outbox: one by one, or in one digest when there are too many. */
export function enqueue(books: Books, notices: readonly Notice[], at: NotifierCase): Books {
  const recent = books.recent.filter((one) => isWithin(one, MINUTE_MS, at.nowMs));
  if (notices.length === 0) return recent.length === books.recent.length ? books : { ...books, recent };
  const now = toIso(at.nowMs);
  const isStorm = recent.length + notices.length > PER_MINUTE || books.outbox.length + notices.length > WAITING;
  if (!isStorm)
    return { ...books, outbox: [...books.outbox, ...notices], recent: [...recent, ...notices.map(() => now)] };
  const open = books.outbox.find((one) => isOpenDigest(one, at));
  const others = books.outbox.filter((one) => one !== open);
  const digest = digestOf(open, notices, { at, firstRecent: recent[0] });
  return {
    ...books,
    incidents: books.incidents.map((one) => muted(one, notices)),
    outbox: [...others, digest],
    recent: open === undefined ? [...recent, now] : recent,
  };
}

// What was only counted in a digest is not told one by one when it is over.
function muted(incident: Incident, notices: readonly Notice[]): Incident {
  const isCounted = notices.some(({ sort, incident: id }) => sort === 'Problem' && id === incident.id);
  return isCounted ? { ...incident, isMuted: true } : incident;
}

// One that may be on its way already must keep its content: its id stands for that.
function isOpenDigest({ sort, attempts, id }: Notice, { notifier }: NotifierCase): boolean {
  return sort === 'Digest' && attempts === 0 && notifier.status?.operation?.id !== id;
}

function digestOf(
  open: Notice | undefined,
  notices: readonly Notice[],
  { at, firstRecent }: { at: NotifierCase; firstRecent: string | undefined },
): Notice {
  const base = open ?? emptyDigest(notices[0]?.id ?? '', { at, firstRecent });
  const counts = notices.reduce(addCount, base.counts ?? {});
  const count = notices.reduce((sum, one) => sum + one.count, open === undefined ? 0 : base.count);
  const isBad = [base, ...notices].some(({ severity }) => severity === 'Warning');
  return { ...base, severity: isBad ? 'Warning' : 'Normal', text: digestText(count, counts), count, counts };
}

function emptyDigest(cause: string, from: { at: NotifierCase; firstRecent: string | undefined }): Notice {
  const notBefore = endOfMinute(from.firstRecent);
  return {
    id: noticeId(from.at.notifier, `digest/${cause}`),
    ...{ sort: 'Digest', severity: 'Normal', about: 'Rig/default', reason: 'NotificationDigest', text: '' },
    ...{ at: toIso(from.at.nowMs), count: 1, attempts: 0, ...(notBefore === undefined ? {} : { notBefore }) },
  };
}

// After single messages the digest waits until their minute is over, and takes in what comes until then.
function endOfMinute(firstRecent: string | undefined): string | undefined {
  return firstRecent === undefined ? undefined : toIso((fromIso(firstRecent) ?? 0) + MINUTE_MS);
}

function addCount(counts: Readonly<Record<string, number>>, { about, reason, count }: Notice) {
  const exact = `${about} ${reason}`;
  const isKnown = Object.hasOwn(counts, exact) || Object.keys(counts).length < COUNTED;
  const name = isKnown ? exact : 'others';
  return { ...counts, [name]: (counts[name] ?? 0) + count };
}

function digestText(count: number, counts: Readonly<Record<string, number>>): string {
  const most = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  return `${String(count)} things happened: ${most.map(([what, times]) => `${what} (${String(times)})`).join(', ')}`;
}
