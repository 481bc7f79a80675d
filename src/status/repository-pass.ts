import type { RepositoryObject } from '#api/repository.ts';
import type { RepositoryObservation } from '#observe/observation.ts';

import type { Pass } from './pass.ts';

/** One pass over a repository. */
export type RepositoryPass = Pass<RepositoryObject, RepositoryObservation>;
