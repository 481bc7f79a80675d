import type { CrewCommit } from './git.ts';

/** What git says about one scope: how often it was claimed, and what the newest claim was answered. */
export type Scope = {
  readonly claims: number;
  readonly claim?: CrewCommit;
  readonly verdict?: 'PASS' | 'FAIL' | 'VETO';
};

/** Reads the commits (oldest first) for one scope. A verdict answers the latest claim before it. */
export function readScope(commits: readonly CrewCommit[], scope: string): Scope {
  let found: Scope = { claims: 0 };
  for (const commit of commits) {
    if (commit.subject.startsWith(`claim(${scope}):`)) found = { claims: found.claims + 1, claim: commit };
    const verdict = /^(PASS|FAIL|VETO)\b/.exec(commit.subject.replace(`review(${scope}): `, ''))?.[1];
    if (verdict !== undefined && found.claim !== undefined && commit.subject.startsWith(`review(${scope}):`))
      found = { ...found, verdict: verdict as 'PASS' | 'FAIL' | 'VETO' };
  }
  return found;
}
