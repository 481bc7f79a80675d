import type { RepositoryObject } from '#api/repository.ts';
import { compact } from '#api/compact.ts';

import type { ObjectSet } from './object-set.ts';
import type { RepositoryObservation } from './observation.ts';
import { observeOwnership } from './observe-ownership.ts';
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

/** Looks at the mirror, at what hints at something new, and at what commits of agents touched since the last look. */
export async function observeRepository(repository: RepositoryObject, look: Look): Promise<RepositoryObservation> {
  const { readers, objects } = look;
  const { metadata, spec } = repository;
  const mirror = mirrorPath(readers.rig, metadata.name);
  const heads = await Promise.all(
    clonesOf(repository, objects).map(async (path) => {
      const clone = await readers.git.clone(path, spec.branch);
      const head = clone.state === 'known' ? clone.value.trackingHead : undefined;
      return head === undefined ? [] : [[path, head] as const];
    }),
  );
  return {
    kind: 'Repository',
    rig: readers.rig,
    mirror,
    mirrorHead: await readers.git.mirrorHead(mirror, spec.branch),
    cloneHeads: Object.fromEntries(heads.flat()),
    mirrorSize: await readers.git.mirrorSize(mirror),
    ...compact({
      isListening: readers.hints.isListening,
      hintedAtMs: spec.webhook === undefined ? undefined : readers.hints.hintedAtMs(metadata.name),
      credentials: spec.credentials === undefined ? undefined : await readers.git.credentials(spec.credentials),
      ownership: await observeOwnership(repository, { ...look, mirror }),
    }),
  };
}
