import { fromIso } from '#api/time.ts';
import type { JsonObject, Store, StoredObject } from '#store/store.ts';

import { conditionOf, statusText } from './conditions-of.ts';
import { isReadable } from './is-readable.ts';

/** A person's order as it is shown. */
export type ShownOrder = { readonly by: string; readonly at: string; readonly why: string | undefined };

/** One time that a phase was open. */
export type PhaseRunView = {
  readonly openedAt: string | undefined;
  readonly openingCommit: string | undefined;
  readonly doneAt: string | undefined;
  readonly doneCommit: string | undefined;
  readonly doneBy: ShownOrder | undefined;
};

/** One phase as commands show it. */
export type PhaseView = PhaseRunView & {
  readonly sequence: string;
  readonly name: string;
  readonly id: string;
  readonly order: number;
  readonly title: string | undefined;
  /** `Unknown` before the controller has looked at it. */
  readonly state: 'Done' | 'Current' | 'Pending' | 'Unknown';
  /** The times that it was open before it was opened again, oldest first. */
  readonly earlier: readonly PhaseRunView[];
  readonly reopenedBy: ShownOrder | undefined;
  /** What it waits for in the words of its status file, when it is blocked. */
  readonly blocked: string | undefined;
  readonly isOverTime: boolean;
  readonly timeBudget: string | undefined;
  /** Why its done marker does not count, when it is there and does not. */
  readonly doneRefused: string | undefined;
  readonly message: string;
};

/** Every phase by sequence and order, with what its sequence keeps about it. */
export async function readPhases(store: Store, sequence?: string): Promise<readonly PhaseView[]> {
  const [phases, sequences] = await Promise.all([store.list('Phase'), store.list('Sequence')]);
  const views = phases
    .filter(isReadable)
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map((phase) => phaseView(phase, sequences.filter(isReadable)));
  return views
    .filter((view) => sequence === undefined || view.sequence === sequence)
    .sort((a, b) => (a.sequence === b.sequence ? a.order - b.order : a.sequence < b.sequence ? -1 : 1));
}

/** The entries that a sequence keeps about its phases. */
export function entriesOf(sequence: Pick<StoredObject, 'status'> | undefined): readonly JsonObject[] {
  const phases = sequence?.status?.['phases'];
  return Array.isArray(phases) ? (phases as readonly JsonObject[]) : [];
}

/** An order of a person as it stands in a record; undefined when there is none. */
export function shownOrder(value: unknown): ShownOrder | undefined {
  if (typeof value !== 'object' || value === null || !('by' in value)) return undefined;
  const { by, at, why } = value as JsonObject;
  return { by: String(by), at: text(at) ?? '', why: text(why) };
}

function phaseView(phase: StoredObject, sequences: readonly StoredObject[]): PhaseView {
  const { spec } = phase;
  const { name } = phase.metadata;
  const sequence = text(spec['sequence']) ?? 'main';
  const owner = sequences.find(({ metadata }) => metadata.name === sequence);
  const entry = entriesOf(owner).find((one) => one['name'] === name) ?? {};
  const conditionText = (type: string) => {
    const found = conditionOf(phase, type);
    return found?.status === 'True' ? found.message : undefined;
  };
  return {
    sequence,
    name,
    id: text(spec['id']) ?? name,
    order: Number(spec['order']),
    title: text(spec['title']),
    state: (text(entry['state']) ?? 'Unknown') as PhaseView['state'],
    ...runView(entry),
    earlier: Array.isArray(entry['earlier']) ? (entry['earlier'] as readonly JsonObject[]).map(runView) : [],
    reopenedBy: shownOrder(entry['reopenedBy']),
    blocked: conditionText('Blocked'),
    isOverTime: conditionText('OverTime') !== undefined,
    timeBudget: text(spec['timeBudget']),
    doneRefused: conditionText('DoneRefused'),
    message: conditionOf(phase, 'Ready')?.message ?? 'not looked at yet',
  };
}

function runView(run: JsonObject): PhaseRunView {
  return {
    openedAt: text(run['openedAt']),
    openingCommit: text(run['openingCommit']),
    doneAt: text(run['doneAt']),
    doneCommit: text(run['doneCommit']),
    doneBy: shownOrder(run['doneBy']),
  };
}

/** How long the phase was open, ms: until its end, or until now. Undefined before it was opened. */
export function openForMs({ openedAt, doneAt }: PhaseView, nowMs: number): number | undefined {
  const openedMs = fromIso(openedAt);
  return openedMs === undefined ? undefined : Math.max(0, (fromIso(doneAt) ?? nowMs) - openedMs);
}

/** The order of a person to a sequence that was not carried out yet. */
export function pendingOrderOf(sequence: StoredObject): JsonObject | undefined {
  const order = sequence.operator?.['phase'];
  if (typeof order !== 'object' || order === null || Array.isArray(order)) return undefined;
  return (order as JsonObject)['id'] === statusText(sequence, 'handledOrder') ? undefined : (order as JsonObject);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
