import { compact } from '#api/compact.ts';
import type { GateObject, GateStatus } from '#api/gate.ts';
import { toIso } from '#api/time.ts';
import type { Commit } from '#drivers/git/git.ts';
import type { GateObservation } from '#observe/observation.ts';
import type { ScopeState } from '#plan/derive-gate.ts';
import type { Foreign } from '#plan/gate/read-gate.ts';
import type { ScopeRecord } from '#plan/gate/scope-facts.ts';
import { uncleanClaim } from '#plan/gate/unclean.ts';
import { waitOf } from '#plan/gate/verdict-wait.ts';

import type { Pass } from './pass.ts';

/** How many commits that do not count are listed. */
const FOREIGN_LIMIT = 20;

/** One scope as it is stored. Text from the repository is kept for a person to read, without anything a terminal would act on. */
export function scopeStatus(pass: Pass<GateObject, GateObservation>, scope: ScopeState): ScopeRecord {
  const { object, seen, moment } = pass;
  const { state, claim, verdict, awaits, evidence, override } = scope;
  return {
    scope: plainText(scope.scope),
    state,
    ...compact({
      claim: claim === undefined ? undefined : commitStatus(claim),
      verdict: verdict === undefined ? undefined : commitStatus(verdict),
      awaits,
      wait: waitOf(object, scope, moment),
      unclean: awaits === undefined ? undefined : uncleanClaim(object, seen, scope),
      evidence: evidence === undefined ? undefined : compact(evidence),
      override,
    }),
  };
}

/** The commits that do not count, as they are stored. */
export function foreignStatus(foreign: readonly Foreign[]): NonNullable<GateStatus['foreign']> {
  return foreign.slice(0, FOREIGN_LIMIT).map(({ commit, kind, scope, rejection }) => ({
    sha: commit.sha,
    kind,
    scope: plainText(scope),
    author: authorOf(commit),
    reason: rejection,
  }));
}

/** Text from a repository for a person: one line without control characters, at most 200 characters. */
export function plainText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?').slice(0, 200);
}

function commitStatus(commit: Commit): NonNullable<ScopeRecord['claim']> {
  return {
    sha: commit.sha,
    subject: plainText(commit.subject),
    at: toIso(Math.max(0, Math.min(commit.committedAtMs, 8.64e15))),
    author: authorOf(commit),
  };
}

function authorOf({ author }: Commit): string {
  return plainText(`${author.name} <${author.email}>`);
}
