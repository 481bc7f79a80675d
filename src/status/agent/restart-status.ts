import type { AgentStatus } from '#api/agent.ts';
import { compact } from '#api/compact.ts';
import { fromIso, toIso } from '#api/time.ts';
import type { CreateSession } from '#plan/action.ts';
import { startDue } from '#plan/agent/restart-policy.ts';

import { doneOutcome, isoOf } from '../pass.ts';
import { caseOf, type AgentPass } from './agent-pass.ts';
import { notLater } from './not-later.ts';
import { phaseWaitStatus } from './phase-wait-status.ts';

/** Everything about restarts: what is left of an earlier launch, a crash loop, one that was begun, one that waits for a turn. */
export function restartStatus(pass: AgentPass): Partial<AgentStatus> {
  return { ...leftoverStatus(pass), ...crashLoopStatus(pass), ...begunStatus(pass), ...phaseWaitStatus(pass) };
}

/** Since when processes of an earlier launch are being ended. */
function leftoverStatus({ plan, object, ...pass }: AgentPass): Partial<AgentStatus> {
  const ends = plan.actions.some(({ type }) => type === 'EndProcess');
  return ends ? { leftoverSince: notLater(object.status?.leftoverSince, isoOf(pass)) } : {};
}

/** Since when the agent is in a crash loop. A loop is told about once: it is over when the budget has room again, not when a try seems to work. */
function crashLoopStatus(pass: AgentPass): Partial<AgentStatus> {
  const { object, plan } = pass;
  const since = object.status?.['crashLoopSince'];
  const isLoop = since !== undefined || plan.waiting.some(({ reason }) => reason === 'CrashLoopBackOff');
  const isSpent = startDue(caseOf(pass)).budgetSpent;
  return isLoop && isSpent ? { crashLoopSince: since ?? isoOf(pass) } : {};
}

/** The restart whose stop was begun. Kept from the stop to the start, however many passes lie between and whoever dies there. */
function begunStatus(pass: AgentPass): Partial<AgentStatus> {
  const stop = pass.outcomes.find(({ action }) => action.type === 'StopSession');
  const isStopOnly = stop !== undefined && restartOf(pass) === undefined;
  const isOver = doneOutcome(pass, 'CreateSession') !== undefined || isStopOnly;
  const isUntouched = stop === undefined && pass.seen.process.state === 'known';
  const begun = pass.object.status?.['begunRestart'];
  return begun === undefined || isOver || isUntouched ? {} : { begunRestart: begun };
}

function restartOf({ plan }: AgentPass): CreateSession | undefined {
  return plan.actions.find((action) => action.type === 'CreateSession');
}

/** Status with the cause of a restart written into it before its stop; undefined when nobody alive is stopped for one. */
export function intendStop(pass: AgentPass): AgentStatus | undefined {
  const start = restartOf(pass);
  if (start === undefined || pass.seen.process.state !== 'known') return undefined;
  const { reason, message, counted } = start;
  return { conditions: [], ...pass.object.status, begunRestart: { reason, message, counted } };
}

/** Restarts that status remembers: enough for every budget window that is not absurd. */
const KEPT_RESTARTS = 50;

/** Status with a start written into it before the act: the restart budget is consumed on disk first. */
export function intendSession(pass: AgentPass, action: CreateSession): AgentStatus {
  const before = pass.object.status ?? { conditions: [] };
  const { at, deadline } = { at: isoOf(pass), deadline: toIso(pass.moment.wallMs + 10_000) };
  // What the start prompt lists has been told, also when only the session itself is left to say so.
  const detail = { deliveries: [...action.deliveries] };
  const operation = { id: action.incarnation, step: 'CreateSession', startedAt: at, deadline, detail };
  // On disk before the act: a crash after it must not carry the order out twice.
  const handledRestart = action.reason === 'OperatorRestart' ? pass.object.operator?.restart?.id : undefined;
  const intent = { ...before, operation, ...compact({ handledRestart }) };
  if (!action.restart) return intent;
  const recent = [
    ...(before.restarts?.recent ?? []),
    { at, reason: action.reason, message: action.message, counted: action.counted },
  ];
  const sorted = recent.toSorted((a, b) => (fromIso(a.at) ?? 0) - (fromIso(b.at) ?? 0)).slice(-KEPT_RESTARTS);
  return { ...intent, restarts: { count: (before.restarts?.count ?? 0) + 1, recent: sorted } };
}
