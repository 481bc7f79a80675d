import type { DeadLetter } from '#api/notifier-status.ts';
import type { StoredEvent } from '#store/store.ts';

import { isoOf, type Pass } from './pass.ts';
import type { StatusRecord } from './summarize.ts';

/** A message that was given up is said, for `ccci events` and for other notifiers. */
export function notifierEvents(pass: Pass, after: StatusRecord): readonly StoredEvent[] {
  if (pass.object.kind !== 'Notifier') return [];
  const before = pass.object.status?.deadLetters ?? [];
  const now = (after['deadLetters'] ?? []) as readonly DeadLetter[];
  return now
    .filter(({ id }) => !before.some((one) => one.id === id))
    .map(({ id, about, reason, failure }) => ({
      ...{ id: `${pass.plan.key}/NotificationGivenUp/${id}`, about: pass.plan.key, type: 'Warning' },
      ...{ reason: 'NotificationGivenUp', at: isoOf(pass), count: 1 },
      message: `could not tell "${reason}" of ${about}: ${failure?.message ?? ''}`,
    }));
}
