import type { Readiness } from '#api/conditions.ts';
import type { GateObject, GateStatus } from '#api/gate.ts';
import type { PhaseObject, PhaseStatus } from '#api/phase.ts';
import type { RepositoryObject, RepositoryStatus } from '#api/repository.ts';
import type { SequenceObject, SequenceStatus } from '#api/sequence.ts';
import { toIso } from '#api/time.ts';
import type {
  GateObservation,
  PhaseObservation,
  RepositoryObservation,
  SequenceObservation,
} from '#observe/observation.ts';
import type { ScopeState } from '#plan/derive-gate.ts';
import { hasMarker } from '#plan/has-marker.ts';
import { gateScopes } from '#plan/plan-gate.ts';
import { openingCommit, phaseVerdict } from '#plan/plan-phase.ts';
import { derivePhases, type PhaseEntry } from '#plan/plan-sequence.ts';

import { condition, conditionsOf, doneOutcome, isoOf, unsettledReadiness, type Pass } from './pass.ts';

/** The status of a repository: the one commit that everything derives from, and whether the remote answers. */
export function summarizeRepository(pass: Pass<RepositoryObject, RepositoryObservation>): RepositoryStatus {
  const { object } = pass;
  const before: Partial<RepositoryStatus> = object.status ?? {};
  const outcome = pass.outcomes.find(({ action }) => action.type === 'FetchMirror');
  const done = doneOutcome(pass, 'FetchMirror');
  const commit = done?.facts.commit ?? before.commit;
  const failed = outcome?.result === 'Failed' ? outcome : undefined;
  const isReachable = outcome === undefined ? undefined : failed === undefined;
  const order = object.operator?.reconcile;
  return {
    ...before,
    ...(commit === undefined ? {} : { commit }),
    ...(commit !== before.commit && before.commit !== undefined ? { previousCommit: before.commit } : {}),
    ...(commit !== before.commit ? { fetchedAt: isoOf(pass) } : {}),
    ...(outcome === undefined
      ? {}
      : {
          attemptedAt: isoOf(pass),
          handledReconcile: order?.id,
          observedUrl: object.spec.url,
          observedBranch: object.spec.branch,
        }),
    ...(done === undefined ? {} : { cloneHeads: done.action.type === 'FetchMirror' ? done.action.cloneHeads : {} }),
    observedGeneration: object.metadata.generation,
    conditions: [
      ...conditionsOf(pass, repositoryReadiness(pass, commit), repositoryChanges(pass, isReachable, failed)),
    ],
  };
}

function repositoryReadiness(
  pass: Pass<RepositoryObject, RepositoryObservation>,
  commit: string | undefined,
): Readiness {
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

function repositoryChanges(
  pass: Pass<RepositoryObject, RepositoryObservation>,
  isReachable: boolean | undefined,
  failed: { reason?: string; message?: string } | undefined,
) {
  const reachable =
    isReachable === undefined
      ? []
      : [condition('Reachable', isReachable, { reason: failed?.reason ?? 'Fetched', message: failed?.message ?? '' })];
  const isAppend = doneOutcome(pass, 'FetchMirror')?.facts.isAppend;
  if (isAppend === undefined) return reachable;
  const message = isAppend ? '' : 'the branch was force-pushed: its former head is no longer part of it';
  return [
    ...reachable,
    condition('HistoryIntact', isAppend, { reason: isAppend ? 'Fetched' : 'HistoryRewritten', message }),
  ];
}

/** The status of a gate: where each scope stands. */
export function summarizeGate(pass: Pass<GateObject, GateObservation>): GateStatus {
  const { object, seen } = pass;
  const commit = seen.repository?.status?.commit;
  const phase = seen.sequence?.status?.phases.find((entry) => entry.state === 'Current');
  const unsettled =
    pass.outcomes.some(({ result }) => result === 'Failed') || pass.plan.waiting.length > 0
      ? unsettledReadiness(pass)
      : undefined;
  const scopes = seen.commits.state === 'known' ? gateScopes(object, seen) : undefined;
  const firstSeen = object.status?.firstSeenCommit ?? commit;
  const { windowCommit: _window, ...kept } = object.status ?? { scopes: [] };
  return {
    ...kept,
    observedGeneration: object.metadata.generation,
    ...(scopes === undefined ? {} : { scopes: scopes.map(scopeStatus) }),
    ...(scopes === undefined || commit === undefined ? {} : { observedCommit: commit }),
    ...(phase?.openingCommit === undefined ? {} : { windowCommit: phase.openingCommit }),
    ...(firstSeen === undefined ? {} : { firstSeenCommit: firstSeen }),
    conditions: [
      ...conditionsOf(
        pass,
        unsettled ?? { ready: 'True', progress: 'Settled', ...gateReason(scopes ?? []) },
        gateChanges(scopes),
      ),
    ],
  } as GateStatus;
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

function gateChanges(scopes: readonly ScopeState[] | undefined) {
  if (scopes === undefined) return [];
  const reason = gateReason(scopes);
  return [
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

/** The status of a phase: its verdict for the commit and window that it was made for. */
export function summarizePhase(pass: Pass<PhaseObject, PhaseObservation>): PhaseStatus {
  const { object, seen } = pass;
  const verdict = phaseVerdict(object, seen);
  const entry = seen.sequence?.status?.phases.find(({ name }) => name === object.metadata.name);
  const text = seen.statusFile.state === 'known' ? seen.statusFile.value : '';
  const isMarked = seen.statusFile.state === 'unknown' ? undefined : hasMarker(text, object.spec.doneMarker);
  const { verdictWindow: _window, ...kept } = object.status ?? { conditions: [], verdictWindow: undefined };
  const opening = openingCommit(object, seen);
  const commit = seen.repository?.status?.commit;
  return {
    ...kept,
    observedGeneration: object.metadata.generation,
    verdictState: verdict.state,
    ...(commit === undefined ? {} : { verdictCommit: commit }),
    ...(opening === undefined ? {} : { verdictWindow: opening }),
    ...entryTimes(entry),
    conditions: [
      ...conditionsOf(pass, phaseReadiness(pass, entry), [
        condition('MarkerPresent', isMarked, { reason: isMarked === true ? 'MarkerFound' : 'MarkerMissing' }),
        condition('Regressed', entry?.state === 'Done' && isMarked === false, {
          reason: entry?.state === 'Done' && isMarked === false ? 'Regressed' : 'PhaseCurrent',
        }),
      ]),
    ],
  };
}

function entryTimes(entry: PhaseEntry | undefined): Partial<PhaseStatus> {
  const { openedAt, openingCommit: commit, doneAt, doneCommit } = entry ?? {};
  return JSON.parse(JSON.stringify({ openedAt, openingCommit: commit, doneAt, doneCommit })) as Partial<PhaseStatus>;
}

function phaseReadiness(pass: Pass<PhaseObject, PhaseObservation>, entry: PhaseEntry | undefined): Readiness {
  if (entry?.state === 'Done')
    return { ready: 'True', progress: 'Settled', reason: 'PhaseDone', message: 'it is done' };
  const unsettled = unsettledReadiness(pass);
  if (unsettled !== undefined) return unsettled;
  const verdict = phaseVerdict(pass.object, pass.seen);
  const open = verdict.state === 'Done' ? { reason: 'MarkerFound' as const, message: 'it shows its marker' } : verdict;
  const isPending = entry === undefined || entry.state === 'Pending';
  if (isPending)
    return { ready: 'False', progress: 'Settled', reason: 'PhasePending', message: 'an earlier phase is open' };
  return {
    ready: 'False',
    progress: 'Reconciling',
    reason: open.reason === 'MarkerFound' ? 'MarkerFound' : open.reason,
    message: open.message,
  };
}

/** The status of a sequence: which phase is open, and what was done when. */
export function summarizeSequence(pass: Pass<SequenceObject, SequenceObservation>): SequenceStatus {
  const { object, seen } = pass;
  const phases = derivePhases(object, seen, isoOf(pass));
  const before = object.status ?? { phases: [] };
  if (phases === undefined || phases.length === 0) {
    const readiness = unsettledReadiness(pass) ?? {
      ready: 'Unknown',
      progress: 'Reconciling',
      reason: 'DependencyStale',
      message: 'waits until every phase was looked at',
    };
    return {
      ...before,
      observedGeneration: object.metadata.generation,
      conditions: [...conditionsOf(pass, readiness, [])],
    } as SequenceStatus;
  }
  const current = phases.find((entry) => entry.state === 'Current');
  const {
    currentPhase: _name,
    currentPhaseId: _id,
    completedAt,
    completedCommit: _done,
    ...kept
  } = before as Partial<SequenceStatus>;
  const commit = seen.repositories[0]?.status?.commit;
  const complete = {
    completedAt: completedAt ?? isoOf(pass),
    ...(commit === undefined ? {} : { completedCommit: commit }),
  };
  const readiness: Readiness =
    current === undefined
      ? { ready: 'True', progress: 'Settled', reason: 'SequenceComplete', message: 'every phase is done' }
      : { ready: 'False', progress: 'Reconciling', reason: 'SequenceOpen', message: `phase "${current.id}" is open` };
  return {
    ...kept,
    observedGeneration: object.metadata.generation,
    phases: [...phases],
    ...(commit === undefined ? {} : { observedCommit: commit }),
    ...(current === undefined ? complete : { currentPhase: current.name, currentPhaseId: current.id }),
    conditions: [...conditionsOf(pass, readiness, [condition('Complete', current === undefined, readiness)])],
  };
}
