import type { RepositoryObject } from '#api/repository.ts';

import type { RepositoryObservation } from './observation.ts';
import type { ObjectSet } from './object-set.ts';
import type { Look } from './readers.ts';
import type { Rig } from './rig.ts';

/** Where the one mirror of a repository is. */
export function mirrorPath(rig: Rig, repository: string): string {
  return `${rig.stateDir}/mirrors/${repository}.git`;
}

/** The agents' clones of a repository whose refs are hints. */
export function clonesOf(repository: RepositoryObject, objects: ObjectSet): readonly string[] {
  if (!repository.spec.watchClones) return [];
  const agents = objects.all('Agent').filter(({ spec }) => spec.repositoryRef?.name === repository.metadata.name);
  return [...new Set(agents.map(({ spec }) => spec.workdir))];
}

/** Looks at the mirror and, for hints, at the agents' clones. */
export async function observeRepository(
  repository: RepositoryObject,
  { readers, objects }: Look,
): Promise<RepositoryObservation> {
  const mirror = mirrorPath(readers.rig, repository.metadata.name);
  const { branch } = repository.spec;
  const heads = await Promise.all(
    clonesOf(repository, objects).map(async (path) => {
      const clone = await readers.git.clone(path, branch);
      const head = clone.state === 'known' ? clone.value.trackingHead : undefined;
      return head === undefined ? [] : [[path, head] as const];
    }),
  );
  return {
    kind: 'Repository',
    rig: readers.rig,
    mirror,
    mirrorHead: await readers.git.mirrorHead(mirror, branch),
    cloneHeads: Object.fromEntries(heads.flat()),
  };
}
