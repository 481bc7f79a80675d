import type { Commit } from '#drivers/git/git.ts';

/**
 * Of these commits (newest first) those that are not part of what a gate saw first. On the first look ever every commit
 * is old. When the first commit is not among them it is older than all of them, or was taken out of history by a
 * force-push: what is there now is then what is new.
 */
export function freshShas(commits: readonly Commit[], firstSeen: string | undefined): readonly string[] {
  if (firstSeen === undefined) return [];
  const old = new Set([firstSeen]);
  // Parents stand after their children, so one walk finds every ancestor.
  for (const { sha, parents } of commits) if (old.has(sha)) for (const parent of parents) old.add(parent);
  return commits.map(({ sha }) => sha).filter((sha) => !old.has(sha));
}
