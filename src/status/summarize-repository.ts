import { compact } from '#api/compact.ts';
import type { Readiness } from '#api/conditions.ts';
import type { RepositoryObject, RepositoryStatus } from '#api/repository.ts';
import type { RepositoryObservation } from '#observe/observation.ts';

import { condition, conditionsOf, doneOutcome, isoOf, unsettledReadiness, type Pass } from './pass.ts';

type RepositoryPass = Pass<RepositoryObject, RepositoryObservation>;

/** The status of a repository: the one commit that everything derives from, and whether the remote answers. */
export function summarizeRepository(pass: RepositoryPass): RepositoryStatus {
  const { object } = pass;
  const before = object.status;
  const commit = doneOutcome(pass, 'FetchMirror')?.facts.commit ?? before?.commit;
  const isNew = commit !== before?.commit;
  return {
    ...before,
    ...compact({ commit, previousCommit: isNew ? before?.commit : before?.previousCommit }),
    ...(isNew ? { fetchedAt: isoOf(pass) } : {}),
    ...attemptStatus(pass),
    observedGeneration: object.metadata.generation,
    conditions: [...conditionsOf(pass, repositoryReadiness(pass, commit), repositoryChanges(pass))],
  };
}

function attemptStatus(pass: RepositoryPass): Partial<RepositoryStatus> {
  const action = fetchOutcome(pass)?.action;
  if (action?.type !== 'FetchMirror') return {};
  const { url: observedUrl, branch: observedBranch } = pass.object.spec;
  const cloneHeads = doneOutcome(pass, 'FetchMirror') === undefined ? undefined : action.cloneHeads;
  const handledReconcile = pass.object.operator?.reconcile?.id;
  return { attemptedAt: isoOf(pass), observedUrl, observedBranch, ...compact({ cloneHeads, handledReconcile }) };
}

function fetchOutcome(pass: RepositoryPass) {
  return pass.outcomes.find(({ action }) => action.type === 'FetchMirror');
}

function repositoryReadiness(pass: RepositoryPass, commit: string | undefined): Readiness {
  const failed = pass.outcomes.some(({ result }) => result === 'Failed');
  const ready: Readiness = {
    ready: 'True',
    progress: 'Settled',
    reason: 'Fetched',
    message: 'the remote was looked at',
  };
  if (pass.outcomes.length > 0 && !failed) return ready;
  const wasFailing = pass.object.status?.conditions.find(({ type }) => type === 'Ready')?.status === 'False';
  const unsettled =
    pass.plan.actions.length > 0 && !failed && commit !== undefined && !wasFailing
      ? undefined
      : unsettledReadiness(pass);
  if (unsettled !== undefined) return unsettled;
  return wasFailing ? keep(pass) : ready;
}

// Between two attempts nothing new is known: the last answer stands.
function keep(pass: Pass): Readiness {
  const before = pass.object.status?.conditions.find(({ type }) => type === 'Ready');
  return {
    ready: 'False',
    progress: 'Reconciling',
    reason: (before?.reason ?? 'NotFetched') as Readiness['reason'],
    message: before?.message ?? '',
  };
}

function repositoryChanges(pass: RepositoryPass) {
  const outcome = fetchOutcome(pass);
  if (outcome === undefined) return [];
  const isReachable = outcome.result === 'Done';
  const why = isReachable
    ? { reason: 'Fetched' }
    : compact({ reason: outcome.reason ?? 'ActionFailed', message: outcome.message });
  const reachable = condition('Reachable', isReachable, why);
  const { isAppend } = outcome.facts;
  if (isAppend === undefined) return [reachable];
  const rewritten = {
    reason: 'HistoryRewritten',
    message: 'the branch was force-pushed: its former head is no longer part of it',
  };
  return [reachable, condition('HistoryIntact', isAppend, isAppend ? { reason: 'Fetched' } : rewritten)];
}
