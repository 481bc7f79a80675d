import type { RepositoryObject } from '#api/repository.ts';
import { fromIso } from '#api/time.ts';
import type { RepositoryObservation } from '#observe/observation.ts';

import type { Action } from '../action.ts';
import type { Moment } from '../plan.ts';

/** Beyond these, looking objects up becomes slow: what git itself takes for the time to tidy, and less. */
const MAX_LOOSE_OBJECTS = 5000;
const MAX_PACKS = 50;

/** One that did not help is not repeated at once. */
const AGAIN_AFTER_MS = 60 * 60_000;

/** Tidies the mirror when it holds too many loose objects or packs; undefined when there is no need. */
export function tidyAction(
  { status }: RepositoryObject,
  seen: RepositoryObservation,
  moment: Moment,
): Action | undefined {
  const { mirror, mirrorSize } = seen;
  if (mirrorSize?.state !== 'known' || seen.mirrorHead.state !== 'known') return undefined;
  const { looseObjects, packs } = mirrorSize.value;
  if (looseObjects <= MAX_LOOSE_OBJECTS && packs <= MAX_PACKS) return undefined;
  const sinceMs = moment.wallMs - (fromIso(status?.tidiedAt) ?? -Infinity);
  if (sinceMs >= 0 && sinceMs < AGAIN_AFTER_MS) return undefined;
  return {
    type: 'TidyMirror',
    reason: 'MirrorGrown',
    message: 'its mirror has many small files',
    blast: 'none',
    mirror,
  };
}
