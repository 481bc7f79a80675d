import type { Commit } from '#drivers/git/git.ts';

/** True when the commit with this hash is in the history of the other one. */
export type Contains = (commit: Commit, sha: string) => boolean;

/**
 * Tells what is in whose history, by the parents of these commits (newest first, topological order). A merge puts two
 * lines of history beside each other: their order in the list says nothing then.
 */
export function historyOf(commits: readonly Commit[]): Contains {
  const places = new Map(commits.map(({ sha }, index) => [sha, index]));
  return ({ parents }, wanted) => {
    const last = places.get(wanted) ?? -1;
    const found = new Set<string>();
    const open = [...parents];
    for (let sha = open.pop(); sha !== undefined; sha = open.pop()) {
      if (sha === wanted) return true;
      const place = places.get(sha) ?? Infinity;
      // Parents stand after their children: behind the wanted commit nothing leads to it.
      if (place > last || found.has(sha)) continue;
      found.add(sha);
      open.push(...(commits[place]?.parents ?? []));
    }
    return false;
  };
}
