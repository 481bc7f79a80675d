import { ABSENT, known, type Fact } from '#api/fact.ts';
import type { GitReader } from '#drivers/git/git.ts';

import type { Unpushed } from './observation.ts';

type Place = {
  readonly clone: string;
  readonly branch: string;
  readonly mirror: string;
  readonly commit: string;
};

/** What a clone holds that the remote branch (at `commit`, in the mirror) does not. `absent`: there is no clone. */
export async function readUnpushed(git: GitReader, place: Place): Promise<Fact<Unpushed>> {
  const [worktree, clone] = await Promise.all([git.worktree(place.clone), git.clone(place.clone, place.branch)]);
  if (worktree.state !== 'known') return worktree;
  if (clone.state !== 'known') return clone;
  const { head, trackingHead } = clone.value;
  if (head === undefined) return ABSENT;
  // What was pushed after the last fetch is in no mirror yet: the clone itself knows that it was.
  if (head === trackingHead) return known({ ...worktree.value, isAhead: false });
  const isPart = await git.isAncestor(place.mirror, head, place.commit);
  const isNowhere = isPart.state === 'unknown' && isPart.reason === 'CommitMissing';
  if (isPart.state === 'unknown' && !isNowhere) return isPart;
  return known({ ...worktree.value, isAhead: isNowhere || (isPart.state === 'known' && !isPart.value) });
}
