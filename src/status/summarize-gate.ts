import { compact } from '#api/compact.ts';
import type { Readiness } from '#api/conditions.ts';
import type { GateObject, GateStatus } from '#api/gate.ts';
import { toIso } from '#api/time.ts';
import type { GateObservation } from '#observe/observation.ts';
import { clearCommit, type ScopeState } from '#plan/derive-gate.ts';
import { gateScopes } from '#plan/plan-gate.ts';

import { condition, conditionsOf, unsettledReadiness, type Pass } from './pass.ts';

type GatePass = Pass<GateObject, GateObservation>;

/** The status of a gate: where each scope stands. */
export function summarizeGate(pass: GatePass): GateStatus {
  const { object, seen } = pass;
  const {
    windowCommit: _window,
    observedCommit: _commit,
    clearCommit: _clear,
    ...kept
  } = object.status ?? { conditions: [], scopes: [] };
  const scopes = seen.commits.state === 'known' ? gateScopes(object, seen) : undefined;
  return {
    ...kept,
    observedGeneration: object.metadata.generation,
    scopes: scopes === undefined ? kept.scopes : scopes.map(scopeStatus),
    ...commitStatus(pass),
    conditions: [...conditionsOf(pass, gateReadiness(pass, scopes ?? []), gateChanges(scopes))],
  };
}

// Scopes, window and commits belong together: phases compare them before they believe the scopes.
function commitStatus({ object, seen }: GatePass): Partial<GateStatus> {
  const { status } = object;
  const commit = seen.repository?.status?.commit;
  const kept = { observedCommit: status?.observedCommit, windowCommit: status?.windowCommit };
  const firstSeenCommit = status?.firstSeenCommit ?? commit;
  if (seen.commits.state !== 'known') return compact({ ...kept, firstSeenCommit });
  const windowCommit = seen.sequence?.status?.phases.find((entry) => entry.state === 'Current')?.openingCommit;
  const clear = clearCommit(seen.commits.value, object.spec);
  return compact({ firstSeenCommit, observedCommit: commit, windowCommit, clearCommit: clear });
}

function gateReadiness(pass: GatePass, scopes: readonly ScopeState[]): Readiness {
  const isUnsettled = pass.outcomes.some(({ result }) => result === 'Failed') || pass.plan.waiting.length > 0;
  const unsettled = isUnsettled ? unsettledReadiness(pass) : undefined;
  return unsettled ?? { ready: 'True', progress: 'Settled', ...gateReason(scopes) };
}

function gateReason(scopes: readonly ScopeState[]): Pick<Readiness, 'reason' | 'message'> {
  if (scopes.length === 0) return { reason: 'GateIdle', message: 'nothing is claimed' };
  const count = (state: ScopeState['state']) => scopes.filter((scope) => scope.state === state).length;
  if (count('Vetoed') > 0) return { reason: 'GateVetoed', message: 'a veto holds' };
  if (count('Failed') > 0) return { reason: 'GateFailed', message: 'a claim was answered with FAIL' };
  if (count('Unclear') > 0) return { reason: 'GateUnclear', message: 'a verdict is neither PASS, FAIL nor VETO' };
  if (count('Claimed') > 0) return { reason: 'GateOpen', message: 'a claim waits for a verdict' };
  return { reason: 'GatePassed', message: 'every claim has passed' };
}

// Commits name their author as they like, and this version does not compare it with the agents'.
const AUTHOR_UNVERIFIED = { reason: 'AuthorUnverified', message: 'a claim or verdict counts whoever made it' };

function gateChanges(scopes: readonly ScopeState[] | undefined) {
  if (scopes === undefined) return [];
  const reason = gateReason(scopes);
  return [
    condition('AuthorUnverified', true, AUTHOR_UNVERIFIED),
    condition(
      'Claimed',
      scopes.some(({ state }) => state === 'Claimed'),
      reason,
    ),
    condition(
      'Vetoed',
      scopes.some(({ state }) => state === 'Vetoed'),
      reason,
    ),
    condition('GatesPassed', scopes.length > 0 && scopes.every(({ state }) => state === 'Passed'), reason),
  ];
}

// Text from the repository is kept for a person to read, without anything a terminal would act on.
function scopeStatus({ scope, state, claim, verdict }: ScopeState) {
  const commitOf = (commit: NonNullable<ScopeState['claim']>) => ({
    sha: commit.sha,
    subject: plain(commit.subject),
    at: toIso(Math.max(0, Math.min(commit.committedAtMs, 8.64e15))),
    author: plain(`${commit.author.name} <${commit.author.email}>`),
  });
  return {
    scope: plain(scope),
    state,
    ...(claim === undefined ? {} : { claim: commitOf(claim) }),
    ...(verdict === undefined ? {} : { verdict: commitOf(verdict) }),
  };
}

function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?').slice(0, 200);
}
