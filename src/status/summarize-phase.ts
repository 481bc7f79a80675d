import { compact } from '#api/compact.ts';
import type { Readiness } from '#api/conditions.ts';
import type { PhaseObject, PhaseStatus } from '#api/phase.ts';
import type { PhaseEntry } from '#api/sequence.ts';
import type { PhaseObservation } from '#observe/observation.ts';
import { blockedText } from '#plan/phase/blocked.ts';
import { keptHandOffs } from '#plan/phase/hand-offs.ts';
import { entryOf, openingCommit, phaseVerdict } from '#plan/phase/phase-verdict.ts';
import { doneRefusal } from '#plan/phase/refused-done.ts';

import { conditionsOf, isoOf, unsettledReadiness, type Pass } from './pass.ts';
import { phaseChanges } from './phase-conditions.ts';

type PhasePass = Pass<PhaseObject, PhaseObservation>;

/** The status of a phase: its verdict for the commit and window that it was made for. */
export function summarizePhase(pass: PhasePass): PhaseStatus {
  const { object, seen } = pass;
  const before = object.status ?? { conditions: [], verdictWindow: undefined };
  const { verdictWindow: _window, blocked: _blocked, refused: _refused, handOffs: _handOffs, ...kept } = before;
  const entry = entryOf(object, seen);
  const verdict = phaseVerdict(object, seen).state;
  const { openedAt, openingCommit: opening, doneAt, doneCommit } = entry ?? {};
  const handOffs = keptHandOffs(object, seen);
  return {
    ...withoutEnd(kept, entry),
    observedGeneration: object.metadata.generation,
    verdictState: verdict,
    ...compact({ verdictCommit: verdictCommit(pass, verdict), verdictWindow: openingCommit(object, seen) }),
    ...compact({ openedAt, openingCommit: opening, doneAt, doneCommit }),
    ...blockedStatus(pass),
    ...refusedStatus(pass),
    ...(handOffs.length === 0 ? {} : { handOffs: [...handOffs] }),
    conditions: [...conditionsOf(pass, phaseReadiness(pass, entry), phaseChanges(pass, entry))],
  };
}

// A phase that was opened again has no end.
function withoutEnd(kept: PhaseStatus, entry: PhaseEntry | undefined): PhaseStatus {
  if (entry === undefined || entry.state === 'Done') return kept;
  const { doneAt: _at, doneCommit: _commit, ...open } = kept;
  return open;
}

// The first look at a sequence compares all phases at one commit; after it only a verdict that changed is news.
function verdictCommit({ object, seen }: PhasePass, verdict: string): string | undefined {
  const isFirstLook = seen.sequence?.status?.observedCommit === undefined;
  const isNews = isFirstLook || object.status?.['verdictState'] !== verdict;
  return isNews ? seen.repository?.status?.commit : (object.status?.['verdictCommit'] as string | undefined);
}

function blockedStatus(pass: PhasePass): Partial<PhaseStatus> {
  const { object, seen } = pass;
  const before = object.status?.blocked;
  const isUnread = entryOf(object, seen)?.state === 'Current' && seen.statusFile.state === 'unknown';
  if (isUnread) return before === undefined ? {} : { blocked: before };
  const text = blockedText(object, seen);
  if (text === undefined) return {};
  if (before?.text === text) return { blocked: before };
  return { blocked: { text, since: isoOf(pass), ...compact({ commit: seen.repository?.status?.commit }) } };
}

function refusedStatus({ object, seen, outcomes }: PhasePass): Partial<PhaseStatus> {
  const refusal = doneRefusal(object, seen);
  const before = object.status?.refused;
  if (refusal.state === 'Unknown') return before === undefined ? {} : { refused: before };
  if (refusal.state === 'None') return {};
  const { matter, commit } = refusal;
  const made = outcomes.flatMap(({ action, result }) =>
    action.type === 'CreateDelivery' && result === 'Done' ? [action.name] : [],
  );
  const told = [...new Set([...refusal.told, ...made])].sort();
  return { refused: { commit, gate: matter.gate, state: matter.state, ...compact({ scope: matter.scope }), told } };
}

function phaseReadiness(pass: PhasePass, entry: PhaseEntry | undefined): Readiness {
  if (entry?.state === 'Done')
    return { ready: 'True', progress: 'Settled', reason: 'PhaseDone', message: doneBy(entry) };
  const isHeld = pass.plan.waiting.length > 0 || pass.outcomes.some(({ result }) => result === 'Failed');
  const unsettled = isHeld || pass.seen.sequence === undefined ? unsettledReadiness(pass) : undefined;
  if (unsettled !== undefined) return unsettled;
  const verdict = phaseVerdict(pass.object, pass.seen);
  const isPending = entry === undefined || entry.state === 'Pending';
  if (isPending)
    return { ready: 'False', progress: 'Settled', reason: 'PhasePending', message: 'an earlier phase is open' };
  const { reason, message } =
    verdict.state === 'Done' ? { reason: 'MarkerFound' as const, message: 'it shows its marker' } : verdict;
  return { ready: 'False', progress: 'Reconciling', reason, message };
}

function doneBy({ doneBy: order }: PhaseEntry): string {
  return order === undefined ? 'it is done' : `it is done, as ${order.by} ordered`;
}
