import { isTrue } from '#api/conditions.ts';
import type { Condition } from '#api/condition.ts';
import { known, unknown, type Fact } from '#api/fact.ts';
import type { AnyObject } from '#api/kinds.ts';
import type { NotifierObject } from '#api/notifier.ts';
import type { Order } from '#api/operator.ts';
import type { StoredEvent } from '#store/store.ts';

import { keyOf, type ObjectSet } from './object-set.ts';
import type { Look } from './readers.ts';

/** Something that waits for a person. */
export type PersonNeed = { readonly about: string; readonly reason: string; readonly message: string };

/** How the rig stands, as far as a watchdog elsewhere wants to know. */
export type RigStanding = {
  /** Open phases, as `sequence: id`. */
  readonly phases: readonly string[];
  /** Every sequence is complete, and there is one. */
  readonly isComplete: boolean;
  readonly needsPerson: readonly PersonNeed[];
  /** Changes with every commit, claim, verdict and phase: what counts as progress. */
  readonly progress: string;
};

/** The rig around one notifier. */
export type NotifierObservation = {
  readonly kind: 'Notifier';
  /** Events after the cursor, oldest first; before the first look all that are kept. */
  readonly events: Fact<readonly StoredEvent[]>;
  /** Conditions of the objects that open incidents are about; of one that is gone, nothing. */
  readonly conditions: Readonly<Record<string, readonly Condition[]>>;
  /** Objects that exist and can not be read. */
  readonly unreadable: readonly string[];
  readonly stopped?: Order | undefined;
  readonly standing: RigStanding;
};

/** Looks at what there is to tell. */
export async function observeNotifier(
  notifier: NotifierObject,
  { readers, objects }: Look,
): Promise<NotifierObservation> {
  const open = (notifier.status?.incidents ?? []).filter(({ state }) => state === 'Open');
  const conditions = open.flatMap(({ about }) => {
    const object = objects.byKey(about);
    return object === undefined ? [] : [[about, object.status?.conditions ?? []] as const];
  });
  return {
    kind: 'Notifier',
    events: await readEvents(notifier, readers),
    conditions: Object.fromEntries(conditions),
    unreadable: objects.unreadable,
    stopped: objects.find('Rig', 'default')?.operator?.stop,
    standing: standingOf(objects, readers.hash),
  };
}

async function readEvents(notifier: NotifierObject, readers: Look['readers']): Promise<NotifierObservation['events']> {
  try {
    return known(eventsAfter(notifier.status?.cursor, await readers.events()));
  } catch (error) {
    return unknown('StorageUnavailable', error instanceof Error ? error.message : String(error));
  }
}

/** Events that were written after the one that was read last. When that one is kept no more, all that are kept are newer. */
export function eventsAfter(
  cursor: { readonly id: string } | undefined,
  events: readonly StoredEvent[],
): readonly StoredEvent[] {
  return cursor === undefined ? events : events.slice(events.findLastIndex(({ id }) => id === cursor.id) + 1);
}

function standingOf(objects: ObjectSet, hash: (text: string) => string): RigStanding {
  const sequences = objects.all('Sequence');
  return {
    phases: sequences.flatMap(({ metadata, status }) =>
      status?.currentPhaseId === undefined ? [] : [`${metadata.name}: ${status.currentPhaseId}`],
    ),
    isComplete: sequences.length > 0 && sequences.every(({ status }) => isTrue(status?.conditions ?? [], 'Complete')),
    needsPerson: objects.every().flatMap(needOf),
    progress: hash(JSON.stringify(objects.every().flatMap(progressOf))),
  };
}

function needOf(object: AnyObject): readonly PersonNeed[] {
  const stalled = object.status?.conditions.find(({ type }) => type === 'Stalled');
  if (stalled?.status !== 'True' || stalled.reason === 'NotSupported') return [];
  return [{ about: keyOf(object), reason: stalled.reason, message: stalled.message }];
}

function progressOf(object: AnyObject): readonly unknown[] {
  if (object.kind === 'Repository') return [[keyOf(object), object.status?.commit]];
  if (object.kind === 'Sequence')
    return [[keyOf(object), object.status?.phases.map(({ name, state }) => `${name} ${state}`)]];
  if (object.kind !== 'Gate') return [];
  return [[keyOf(object), object.status?.scopes.map(({ state, claim, verdict }) => [state, claim?.sha, verdict?.sha])]];
}
