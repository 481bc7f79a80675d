import { decodeObject } from '#api/decode.ts';
import type { AnyObject } from '#api/kinds.ts';
import type { GateObject } from '#api/gate.ts';
import { handOffOf } from '#plan/phase/hand-offs.ts';
import type { HandOff, PhaseObject } from '#api/phase.ts';
import type { World } from '#controller/world.ts';
import type { Commit } from '#drivers/git/git.ts';
import { keyOf, ObjectSet } from '#observe/object-set.ts';
import { mirrorPath } from '#observe/observe-repository.ts';
import type { Store, StoredEvent } from '#store/store.ts';

import { foreignCommits } from './foreign-commits.ts';
import { isReadable } from './is-readable.ts';
import type { PhaseView } from './read-phases.ts';

/** How far back the history is read. */
const HISTORY_LIMIT = 5000;

/** Everything that the timeline is made of. */
export type TimelineSource = {
  readonly objects: ObjectSet;
  readonly phases: readonly PhaseView[];
  readonly events: readonly StoredEvent[];
  /** Commits of each repository, oldest first. */
  readonly commits: ReadonlyMap<string, readonly Commit[]>;
  /** Claims and verdicts that do not count, by gate. */
  readonly foreign: ReadonlyMap<string, ReadonlySet<string>>;
  /** Every message that is still there or was remembered. */
  readonly handOffs: readonly HandOff[];
  readonly unknown: readonly string[];
};

/** Reads the store and, from the mirrors, the history up to the commits that the controller has seen. Changes nothing. */
export async function readTimelineSource(
  store: Store,
  phases: readonly PhaseView[],
  world: Pick<World, 'rig' | 'tools'>,
): Promise<TimelineSource> {
  const [stored, events] = await Promise.all([store.list(), store.events()]);
  const decoded = stored.filter(isReadable).flatMap((object): AnyObject[] => {
    const found = decodeObject(object);
    return 'object' in found ? [found.object] : [];
  });
  const objects = new ObjectSet(decoded);
  const { commits, unknown } = await readHistories(objects, world);
  const foreign = new Map<string, ReadonlySet<string>>();
  for (const gate of objects.all('Gate')) {
    const of = commits.get(gate.spec.repositoryRef.name) ?? [];
    foreign.set(gate.metadata.name, await foreignCommits(gate, { objects, commits: of, world }));
  }
  return { objects, phases, events, commits, foreign, handOffs: handOffsOf(objects), unknown };
}

async function readHistories(objects: ObjectSet, { rig, tools }: Pick<World, 'rig' | 'tools'>) {
  const commits = new Map<string, readonly Commit[]>();
  const unknown: string[] = [];
  for (const repository of objects.all('Repository')) {
    const { name } = repository.metadata;
    const commit = repository.status?.commit;
    if (commit === undefined) {
      unknown.push(`the remote of repository "${name}" was not looked at yet`);
      continue;
    }
    const log = await tools.readers.git.log(mirrorPath(rig, name), { to: commit, limit: HISTORY_LIMIT });
    if (log.state === 'known') commits.set(name, log.value.toReversed());
    else unknown.push(`the history of repository "${name}": ${log.state === 'unknown' ? log.message : 'no mirror'}`);
  }
  return { commits, unknown };
}

// A message that is still there knows more than what a phase has written down about it.
function handOffsOf(objects: ObjectSet): readonly HandOff[] {
  const kept = objects.all('Phase').flatMap((phase: PhaseObject) => phase.status?.handOffs ?? []);
  const live = objects
    .all('Delivery')
    .filter(({ spec }) => spec.cause.gate !== undefined || spec.cause.phase !== undefined)
    .map(handOffOf);
  return [...new Map([...kept, ...live].map((handOff) => [handOff.name, handOff])).values()];
}

/** The gates of a sequence, by name. */
export function gatesOf(objects: ObjectSet, sequence: string): readonly GateObject[] {
  return objects
    .all('Gate')
    .filter(({ spec }) => spec.sequence === sequence)
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
