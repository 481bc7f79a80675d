import { compact } from '#api/compact.ts';
import type { Condition, ConditionChange, Readiness } from '#api/conditions.ts';
import type { RepositoryStatus } from '#api/repository.ts';

import { condition, conditionsOf, doneOutcome, isoOf, unsettledReadiness, type Pass } from './pass.ts';
import { historyCondition, openRewrite } from './repository-history.ts';
import { ownershipConditions, ownershipStatus } from './repository-ownership.ts';
import type { RepositoryPass } from './repository-pass.ts';

/** The status of a repository: the one commit that everything derives from, whether the remote answers, and what was done to its history. */
export function summarizeRepository(pass: RepositoryPass): RepositoryStatus {
  const { object } = pass;
  const before = object.status;
  const commit = doneOutcome(pass, 'FetchMirror')?.facts.commit ?? before?.commit;
  const isNew = commit !== before?.commit;
  const rewrite = openRewrite(pass);
  const ownership = ownershipStatus(pass);
  const changes = [
    ...reachableConditions(pass),
    ...(isFetched(pass) ? [historyCondition(pass, rewrite)] : []),
    ...ownershipConditions(pass, ownership),
    ...webhookConditions(pass),
  ];
  const { rewrite: _rewrite, ownership: _ownership, ...rest } = before ?? {};
  return {
    ...rest,
    ...compact({ commit, previousCommit: isNew ? before?.commit : before?.previousCommit, rewrite, ownership }),
    ...(isNew ? { fetchedAt: isoOf(pass) } : {}),
    ...attemptStatus(pass),
    ...(doneOutcome(pass, 'TidyMirror') === undefined ? {} : { tidiedAt: isoOf(pass) }),
    observedGeneration: object.metadata.generation,
    conditions: withoutOld(conditionsOf(pass, repositoryReadiness(pass, commit), changes), changes),
  };
}

// What the manifest no longer asks for has no condition any more.
function withoutOld(conditions: readonly Condition[], changes: readonly ConditionChange[]): Condition[] {
  const isOld = (type: string) => OPTIONAL.includes(type) && !changes.some((change) => change.type === type);
  return conditions.filter(({ type }) => !isOld(type));
}

const OPTIONAL: readonly string[] = ['OwnershipKept', 'WebhookReady'];

function attemptStatus(pass: RepositoryPass): Partial<RepositoryStatus> {
  const action = fetchOutcome(pass)?.action;
  if (action?.type !== 'FetchMirror') return {};
  const { url: observedUrl, branch: observedBranch } = pass.object.spec;
  const cloneHeads = doneOutcome(pass, 'FetchMirror') === undefined ? undefined : action.cloneHeads;
  const handledReconcile = pass.object.operator?.reconcile?.id;
  const { credentials } = pass.seen;
  const credentialsStamp = credentials?.state === 'known' ? credentials.value : undefined;
  return {
    attemptedAt: isoOf(pass),
    observedUrl,
    observedBranch,
    credentialsStamp,
    ...compact({ cloneHeads, handledReconcile }),
  };
}

function fetchOutcome(pass: RepositoryPass) {
  return pass.outcomes.find(({ action }) => action.type === 'FetchMirror');
}

function isFetched(pass: RepositoryPass): boolean {
  return doneOutcome(pass, 'FetchMirror') !== undefined;
}

function repositoryReadiness(whole: RepositoryPass, commit: string | undefined): Readiness {
  // Tidying says nothing about the remote.
  const pass = withoutTidying(whole);
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

function withoutTidying({ plan, outcomes, ...rest }: RepositoryPass): RepositoryPass {
  return {
    ...rest,
    plan: { ...plan, actions: plan.actions.filter(({ type }) => type !== 'TidyMirror') },
    outcomes: outcomes.filter(({ action }) => action.type !== 'TidyMirror'),
  };
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

function reachableConditions(pass: RepositoryPass) {
  const outcome = fetchOutcome(pass);
  if (outcome === undefined) return [];
  const isReachable = outcome.result === 'Done';
  const why = isReachable
    ? { reason: 'Fetched' }
    : compact({ reason: outcome.reason ?? 'ActionFailed', message: outcome.message });
  return [condition('Reachable', isReachable, why)];
}

function webhookConditions({ object, seen }: RepositoryPass) {
  if (object.spec.webhook === undefined || seen.isListening === undefined) return [];
  if (seen.isListening) return [condition('WebhookReady', true, { reason: 'WebhookListening' })];
  const message = 'the controller does not listen for webhooks; start it with --webhook-listen, or remove spec.webhook';
  return [condition('WebhookReady', false, { reason: 'WebhookNotListening', message })];
}
