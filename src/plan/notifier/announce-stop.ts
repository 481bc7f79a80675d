import type { Notice } from '#api/notifier-status.ts';
import { activeOrder, type Order } from '#api/operator.ts';
import { toIso } from '#api/time.ts';

import { noticeId, type Books, type NotifierCase } from './books.ts';

/** Says once that a person stopped the crew, and once that it runs again: silence by order is no death. */
export function announceStop(
  books: Books,
  { notifier, seen, nowMs }: NotifierCase,
): { books: Books; notices: readonly Notice[] } {
  const order = activeOrder(seen.stopped, nowMs);
  const { announcedStop, ...rest } = books;
  if (order?.at === announcedStop) return { books, notices: [] };
  const told: Announced =
    order === undefined
      ? {
          cause: `lifted/${announcedStop ?? ''}`,
          at: toIso(nowMs),
          reason: 'CrewStarted',
          text: 'the crew may run again',
        }
      : { cause: order.at, at: order.at, reason: 'CrewStopped', text: stopText(order) };
  const { cause, ...words } = told;
  const notice: Notice = {
    ...{ id: noticeId(notifier, `stop/${cause}`), sort: 'Notice', severity: 'Normal', about: 'Rig/default' },
    ...{ ...words, count: 1, attempts: 0 },
  };
  return { books: order === undefined ? rest : { ...rest, announcedStop: order.at }, notices: [notice] };
}

type Announced = Pick<Notice, 'at' | 'reason' | 'text'> & { readonly cause: string };

function stopText({ by, why }: Order): string {
  return `${by} stopped the crew${why === undefined ? '' : `: ${why}`}`;
}
