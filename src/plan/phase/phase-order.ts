import { compact } from '#api/compact.ts';
import { findCondition } from '#api/conditions.ts';
import type { Order, PhaseOrder } from '#api/operator.ts';
import type { PhaseObject } from '#api/phase.ts';
import type { PhaseEntry, PhaseOrderRecord, PhaseRun, SequenceObject } from '#api/sequence.ts';

/** Entries by name of their phase. */
export type Entries = ReadonlyMap<string, PhaseEntry>;

/** What an order makes of the entries, and what is written down about it. */
export type Ordered = { readonly entries: Entries; readonly record: PhaseOrderRecord };

/** The order of a person that was not carried out yet. It waits for the first look at the sequence. */
export function pendingOrder({ operator, status }: SequenceObject): PhaseOrder | undefined {
  const order = operator?.phase;
  const isPending = order !== undefined && order.id !== status?.handledOrder && status?.observedCommit !== undefined;
  return isPending ? order : undefined;
}

/** Carries an order out on the entries of the phases (given by their order); says why when it can not be any more. */
export function carryOutOrder(
  order: PhaseOrder,
  phases: readonly PhaseObject[],
  now: { readonly entries: Entries; readonly at: string },
): Ordered {
  const index = phases.findIndex(({ metadata }) => metadata.name === order.phase);
  const phase = phases[index];
  const refused = phase === undefined ? 'it is not there any more' : refusal(order, now.entries.get(order.phase));
  const { verb: _verb, phase: _phase, ...who } = order;
  const record = { ...order, ...(refused === undefined ? {} : { refused }) };
  if (phase === undefined || refused !== undefined) return { entries: now.entries, record };
  const by = { ...who, at: order.at };
  const entries = new Map(now.entries);
  const endsHere = order.verb === 'Advance' ? index : index - 1;
  if (order.verb !== 'Reopen') {
    for (const earlier of phases.slice(0, endsHere + 1))
      entries.set(earlier.metadata.name, ended(earlier, entries.get(earlier.metadata.name), { by, at: now.at }));
  }
  const entry = entries.get(order.phase);
  if (order.verb !== 'Advance' && entry?.state === 'Done') entries.set(order.phase, reopened(phase, entry, by));
  return { entries, record };
}

function refusal({ verb }: PhaseOrder, entry: PhaseEntry | undefined): string | undefined {
  if (verb === 'Advance') return entry?.state === 'Current' ? undefined : 'it is not the current phase any more';
  if (verb === 'Reopen') return entry?.state === 'Done' ? undefined : 'it is not done any more';
  return entry?.state === 'Current' ? 'it is the current phase already' : undefined;
}

function ended(phase: PhaseObject, entry: PhaseEntry | undefined, how: { by: Order; at: string }): PhaseEntry {
  if (entry?.state === 'Done') return entry;
  const { isMarkerOld: _old, ...kept } = entry ?? {};
  return { ...kept, name: phase.metadata.name, id: phase.spec.id, state: 'Done', doneAt: how.at, doneBy: how.by };
}

// Its window begins anew, so claims and verdicts of the first time do not count again.
function reopened(phase: PhaseObject, entry: PhaseEntry, by: Order): PhaseEntry {
  const { conditions = [] } = phase.status ?? {};
  const isUnmarked = findCondition(conditions, 'MarkerPresent')?.status === 'False';
  return {
    name: phase.metadata.name,
    id: phase.spec.id,
    state: 'Pending',
    reopenedBy: by,
    earlier: [...(entry.earlier ?? []), runOf(entry)].slice(-KEPT_RUNS),
    ...(isUnmarked ? {} : { isMarkerOld: true }),
  };
}

/** Times that a phase was open before, as far as they are remembered. */
const KEPT_RUNS = 10;

function runOf({ openedAt, openingCommit, doneAt, doneCommit, doneBy }: PhaseEntry): PhaseRun {
  return compact({ openedAt, openingCommit, doneAt, doneCommit, doneBy });
}

/** The entry without the note that its marker is an old one, once the phase was seen without a marker since. */
export function withFreshMarker(entry: PhaseEntry | undefined, { status }: PhaseObject): PhaseEntry | undefined {
  if (entry?.isMarkerOld !== true || status?.openedAt !== entry.openedAt) return entry;
  const marker = findCondition(status?.conditions ?? [], 'MarkerPresent');
  if (marker?.status !== 'False') return entry;
  const { isMarkerOld: _old, ...fresh } = entry;
  return fresh;
}
