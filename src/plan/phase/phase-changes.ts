import type { PhaseEntry, SequenceStatus } from '#api/sequence.ts';

/** What becomes of the phases of a sequence, for a person. `isNews`: it is another thing than now; otherwise it says what stays. */
export type PhaseChange = { readonly key: string; readonly message: string; readonly isNews: boolean };

type Phases = readonly PhaseEntry[];

/** What is different about the phases from one status of the sequence to the next; empty when nothing is, and before the first look. */
export function phaseChanges(
  sequence: string,
  before: SequenceStatus | undefined,
  after: SequenceStatus,
): readonly PhaseChange[] {
  if (before?.observedCommit === undefined) return [];
  const renames = renamesOf(before, after);
  const was = withNames(before, renames);
  const news = [
    ...renames.map(({ from, to }) => `phase "${from}" is called "${to}" now: its id is the same`),
    ...removed(was.phases, after.phases),
    ...added(was, after),
    ...reordered(was.phases, after.phases),
    ...ended(was.phases, after.phases),
    ...turned(was, after),
  ];
  const stays = news.length === 0 ? [] : stayDone(was, after.phases);
  const key = `Sequence/${sequence}`;
  return [
    ...news.map((message) => ({ key, message, isNews: true })),
    ...stays.map((message) => ({ key, message, isNews: false })),
  ];
}

type Rename = { readonly from: string; readonly to: string };

function renamesOf({ phases, formerPhases = [] }: SequenceStatus, after: SequenceStatus): readonly Rename[] {
  const old = [...formerPhases, ...phases];
  return after.phases.flatMap(({ name, id }) => {
    if (find(old, name) !== undefined) return [];
    const twin = old.findLast((entry) => entry.id === id && find(after.phases, entry.name) === undefined);
    return twin === undefined ? [] : [{ from: twin.name, to: name }];
  });
}

function withNames(status: SequenceStatus, renames: readonly Rename[]): SequenceStatus {
  const nameOf = (name: string) => renames.find(({ from }) => from === name)?.to ?? name;
  const rename = (phases: Phases) => phases.map((entry) => ({ ...entry, name: nameOf(entry.name) }));
  const { currentPhase, formerPhases = [] } = status;
  const current = currentPhase === undefined ? {} : { currentPhase: nameOf(currentPhase) };
  return { ...status, ...current, phases: rename(status.phases), formerPhases: rename(formerPhases) };
}

function removed(before: Phases, after: Phases): readonly string[] {
  return before
    .filter(({ name }) => find(after, name) === undefined)
    .map(({ name, state }) => {
      if (state === 'Done') return `phase "${name}" goes; that it is done is remembered`;
      return state === 'Current' ? `phase "${name}" goes although it is open` : `phase "${name}" goes`;
    });
}

function added({ phases, formerPhases = [] }: SequenceStatus, after: SequenceStatus): readonly string[] {
  return after.phases
    .filter(({ name }) => find(phases, name) === undefined)
    .map(({ name }) => `phase "${name}" ${find(formerPhases, name) === undefined ? 'is new' : 'comes back'}`);
}

function reordered(before: Phases, after: Phases): readonly string[] {
  const common = (phases: Phases, others: Phases) =>
    phases.filter(({ name }) => find(others, name) !== undefined).map(({ name }) => `"${name}"`);
  const [was, is] = [common(before, after).join(', '), common(after, before).join(', ')];
  return was === is ? [] : [`the order becomes ${is}`];
}

function ended(before: Phases, after: Phases): readonly string[] {
  return after
    .filter(({ name, state }) => {
      const old = find(before, name);
      return state === 'Done' && old !== undefined && old.state !== 'Done';
    })
    .map(({ name, doneBy }) =>
      doneBy === undefined ? `phase "${name}" is done` : `phase "${name}" counts as done, as ${ordered(doneBy)}`,
    );
}

function turned(before: SequenceStatus, after: SequenceStatus): readonly string[] {
  if (before.currentPhase === after.currentPhase) return [];
  if (after.currentPhase === undefined)
    return after.phases.length === 0
      ? []
      : ['every phase is done: the sequence is complete, and its agents are stopped'];
  const now = find(after.phases, after.currentPhase);
  const isAnew = now?.reopenedBy !== undefined && find(before.phases, now.name)?.state === 'Done';
  const why = isAnew && now.reopenedBy !== undefined ? ` again, as ${ordered(now.reopenedBy)}` : '';
  const held = after.phases
    .filter(({ name, state }) => state === 'Pending' && find(before.phases, name)?.state === 'Current')
    .map(({ name }) => `phase "${name}" waits until phase "${after.currentPhase ?? ''}" is done`);
  const started = before.currentPhase === undefined ? ['the sequence is open again, and its agents are started'] : [];
  return [`phase "${after.currentPhase}" becomes current${why}`, ...held, ...started];
}

function stayDone({ phases, formerPhases = [] }: SequenceStatus, after: Phases): readonly string[] {
  const names = after
    .filter(({ name, state }) => state === 'Done' && find([...phases, ...formerPhases], name)?.state === 'Done')
    .map(({ name }) => `"${name}"`);
  if (names.length === 0) return [];
  return [names.length === 1 ? `phase ${names.join('')} stays done` : `phases ${names.join(', ')} stay done`];
}

function ordered({ by, why }: { readonly by: string; readonly why?: string | undefined }): string {
  return `${by} ordered${why === undefined ? '' : `: ${why}`}`;
}

function find(phases: Phases, name: string): PhaseEntry | undefined {
  return phases.find((entry) => entry.name === name);
}
