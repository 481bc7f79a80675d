import type { AgentObject, AgentStatus } from '#api/agent.ts';
import { compact } from '#api/compact.ts';
import type { Readiness } from '#api/conditions.ts';
import { fromIso, toIso } from '#api/time.ts';
import { backendOf } from '#backends/registry.ts';
import type { AgentObservation, PaneClaim } from '#observe/observation.ts';
import { exitCause } from '#plan/agent/exit-cause.ts';
import { startDue } from '#plan/agent/restart-policy.ts';
import { isStalled } from '#plan/agent/stall.ts';
import { declaredWait } from '#plan/agent/wait-marker.ts';
import type { CreateSession } from '#plan/action.ts';

import { condition, conditionsOf, doneOutcome, isoOf, unsettledReadiness, type Pass } from './pass.ts';

type AgentPass = Pass<AgentObject, AgentObservation>;

/** The status of an agent after a pass. */
export function summarizeAgent(pass: AgentPass): AgentStatus {
  const {
    operation: _settled,
    session: _session,
    stall: _stall,
    waitingUntil: _until,
    leftoverSince: _since,
    crashLoopSince: _loop,
    begunRestart: _begun,
    ...kept
  } = pass.object.status ?? { conditions: [] };
  const started = doneOutcome(pass, 'CreateSession');
  const ended = doneOutcome(pass, 'StopSession') !== undefined && started === undefined;
  return {
    ...(ended ? withoutLaunch(kept) : kept),
    ...(started === undefined ? {} : startedStatus(pass, started.action as CreateSession)),
    ...adoptedStatus(pass),
    ...(ended ? {} : { ...sessionStatus(pass), ...exitStatus(pass) }),
    ...stallStatus(pass),
    ...waitStatus(pass),
    ...wokenStatus(pass),
    ...typingStatus(pass),
    ...leftoverStatus(pass),
    ...crashLoopStatus(pass),
    ...begunStatus(pass),
    handOffs: handOffs(pass),
    observedGeneration: pass.object.metadata.generation,
    conditions: [...conditionsOf(pass, readiness(pass), changes(pass))],
  };
}

// Whether a message is known to have been taken, or may be typed again after a crash.
function handOffs({ object }: AgentPass): 'Acknowledged' | 'AtLeastOnce' {
  return backendOf(object.spec.backend.type).acceptance === 'None' ? 'AtLeastOnce' : 'Acknowledged';
}

// A session that was ended on purpose is no death: the next start is a first one.
function withoutLaunch(status: Partial<AgentStatus>): Partial<AgentStatus> {
  const { incarnation: _incarnation, launch: _launch, startedAt: _startedAt, ...kept } = status;
  return kept;
}

function alive(pass: AgentPass): PaneClaim | undefined {
  const { pane, process } = pass.seen;
  const isOurs = pane !== undefined && (pane.ownership !== 'Named' || pass.object.spec.mode === 'Interactive');
  return isOurs && process.state === 'known' ? pane : undefined;
}

function startedStatus(pass: AgentPass, action: CreateSession): Partial<AgentStatus> {
  return { incarnation: action.incarnation, launch: action.record, startedAt: isoOf(pass) };
}

function adoptedStatus(pass: AgentPass): Partial<AgentStatus> {
  const adopted = doneOutcome(pass, 'AdoptSession')?.action;
  if (adopted?.type !== 'AdoptSession') return {};
  const launch = parseLaunch(adopted.marks['launch']);
  return {
    incarnation: adopted.incarnation,
    ...(launch === undefined ? {} : { launch }),
    startedAt: pass.object.status?.startedAt ?? isoOf(pass),
  };
}

function parseLaunch(text: string | undefined): AgentStatus['launch'] {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as AgentStatus['launch'];
  } catch {
    return undefined;
  }
}

function sessionStatus(pass: AgentPass): Partial<AgentStatus> {
  const started = doneOutcome(pass, 'CreateSession');
  const { created, startTime } = started?.facts ?? {};
  if (created !== undefined) {
    const { sessionId: id, paneId, panePid, serverPid } = created;
    return {
      session: { name: pass.object.spec.session, id, paneId, panePid, serverPid, paneStartTime: startTime ?? 0 },
    };
  }
  const claim = alive(pass);
  if (claim === undefined || pass.seen.process.state !== 'known' || pass.seen.tmux.state !== 'known') return {};
  const { sessionName: name, sessionId: id, paneId, panePid } = claim.pane;
  return {
    session: {
      name,
      id,
      paneId,
      panePid,
      serverPid: pass.seen.tmux.value.serverPid,
      paneStartTime: pass.seen.process.value.startTime,
    },
  };
}

function exitStatus(pass: AgentPass): Partial<AgentStatus> {
  const { object, seen } = pass;
  const incarnation = object.status?.incarnation;
  const isTold = object.status?.['exitedIncarnation'] === incarnation;
  if (seen.process.state !== 'absent' || incarnation === undefined || isTold) return {};
  const cause = exitCause({ key: pass.plan.key, agent: object, seen, moment: pass.moment });
  if (cause === undefined) return {};
  const pane = seen.pane?.pane;
  const screen = seen.screen.state === 'known' ? lastLines(seen.screen.value) : undefined;
  const end = compact({ status: pane?.deadStatus, signal: pane?.deadSignal, screen });
  return { exitedIncarnation: incarnation, lastExit: { at: isoOf(pass), ...cause, ...end } };
}

function stallStatus(pass: AgentPass): Partial<AgentStatus> {
  const at = { key: pass.plan.key, agent: pass.object, seen: pass.seen, moment: pass.moment };
  if (!isStalled(at) || doneOutcome(pass, 'CreateSession') !== undefined) return {};
  const before = pass.object.status?.stall;
  const since = before?.since ?? isoOf(pass);
  const isNudge = pass.outcomes.some(
    ({ action, result }) =>
      action.reason === 'StalledNoMarker' && action.type === 'CreateDelivery' && result === 'Done',
  );
  if (isNudge) return { stall: { since, step: 'Nudged', stepAt: isoOf(pass) } };
  if (doneOutcome(pass, 'Interrupt') !== undefined)
    return { stall: { since, step: 'Interrupted', stepAt: isoOf(pass) } };
  return before === undefined ? {} : { stall: { ...before, stepAt: notLater(before.stepAt, isoOf(pass)) } };
}

// After a clock that jumped back a time would lie in the future, and what is due after it would wait for hours: it is
// counted from now.
function notLater(at: string | undefined, now: string): string {
  return at === undefined || at > now ? now : at;
}

function waitStatus(pass: AgentPass): Partial<AgentStatus> {
  const wait = declaredWait({ key: pass.plan.key, agent: pass.object, seen: pass.seen, moment: pass.moment });
  return wait === undefined ? {} : { waitingUntil: toIso(wait.untilMs) };
}

// A message that was begun is brought to its end by a later pass, which finds it by its nonce; another one would be glued
// to what stands in the input.
function typingStatus(pass: AgentPass): Partial<AgentStatus> {
  const operation = pass.object.status?.operation;
  const hasOtherSession = pass.outcomes.some(({ action }) => action.type === 'CreateSession');
  if (operation?.step !== 'TypeMessage' || hasOtherSession) return {};
  const typed = pass.outcomes.find(({ action }) => action.type === 'TypeMessage');
  const isOver = typed?.result === 'Done' && typed.facts.accepted !== false;
  return isOver ? {} : { operation };
}

function leftoverStatus({ plan, object, ...pass }: AgentPass): Partial<AgentStatus> {
  const ends = plan.actions.some(({ type }) => type === 'EndProcess');
  return ends ? { leftoverSince: notLater(object.status?.leftoverSince, isoOf(pass)) } : {};
}

// A loop is told about once: it is over when the budget has room again, not when a try seems to work.
function crashLoopStatus(pass: AgentPass): Partial<AgentStatus> {
  const { object, plan } = pass;
  const since = object.status?.['crashLoopSince'];
  const isLoop = since !== undefined || plan.waiting.some(({ reason }) => reason === 'CrashLoopBackOff');
  const isSpent = startDue({ key: plan.key, agent: object, seen: pass.seen, moment: pass.moment }).budgetSpent;
  return isLoop && isSpent ? { crashLoopSince: since ?? isoOf(pass) } : {};
}

// Kept from the stop to the start of a restart, however many passes lie between and whoever dies there.
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

function wokenStatus(pass: AgentPass): Partial<AgentStatus> {
  const woken = pass.outcomes.find(({ action, result }) => action.reason === 'WaitOver' && result === 'Done')?.action;
  return woken?.type === 'CreateDelivery' ? { wokenFor: woken.name } : {};
}

function readiness(pass: AgentPass): Readiness {
  const isRunning = alive(pass) !== undefined;
  const harmless = [
    'DeliveryDue',
    'Adopted',
    'SomebodyTyping',
    'AwaitingInput',
    'NoInput',
    'PhaseAdvanced',
    'LaunchDrift',
  ];
  const unsettled = unsettledReadiness(pass);
  const failed = pass.outcomes.some(({ result }) => result === 'Failed');
  if (unsettled !== undefined && !(isRunning && !failed && harmless.includes(unsettled.reason)))
    return withRest(pass, unsettled);
  if (!isRunning)
    return { ready: 'False', progress: 'Reconciling', reason: 'Starting', message: 'it is being started' };
  if (unsettled?.progress === 'Stalled') return unsettled;
  const wait = declaredWait({ key: pass.plan.key, agent: pass.object, seen: pass.seen, moment: pass.moment });
  const isWaiting = wait !== undefined && !wait.isOver;
  return isWaiting
    ? { ready: 'True', progress: 'Settled', reason: 'WaitingDeclared', message: 'it declared a wait' }
    : { ready: 'True', progress: 'Settled', reason: 'Running', message: runningMessage(pass) };
}

function runningMessage(pass: AgentPass): string {
  const name = pass.seen.pane?.pane.sessionName ?? pass.object.spec.session;
  return name === pass.object.spec.session ? 'it runs' : `it runs; somebody renamed its session to "${name}"`;
}

// An agent that is to rest, and rests, is as its manifest and its operator want it: nothing is in progress.
function withRest(pass: AgentPass, readiness: Readiness): Readiness {
  const isResting =
    ['Stopped', 'SequenceComplete', 'NoPhases', 'Suspended'].includes(readiness.reason) &&
    pass.plan.actions.length === 0;
  if (!isResting) return readiness;
  const isComplete = readiness.reason === 'SequenceComplete' && alive(pass) === undefined;
  return { ...readiness, ready: isComplete ? 'True' : 'False', progress: 'Settled' };
}

function changes(pass: AgentPass) {
  const { tmux } = pass.seen;
  const isRunning =
    tmux.state === 'unknown'
      ? undefined
      : alive(pass) !== undefined || doneOutcome(pass, 'CreateSession') !== undefined;
  const reason =
    isRunning === undefined
      ? 'TmuxUnreachable'
      : isRunning
        ? 'Running'
        : (pass.plan.waiting[0]?.reason ?? 'NotStarted');
  const drift = pass.plan.waiting.find((waiting) => waiting.reason === 'LaunchDrift');
  return [
    condition('SessionRunning', isRunning, { reason }),
    condition('LaunchCurrent', drift === undefined, drift ?? { reason: 'Running' }),
  ];
}

/** Restarts that status remembers: enough for every budget window that is not absurd. */
const KEPT_RESTARTS = 50;

/** Status with a start written into it before the act: the restart budget is consumed on disk first. */
export function intendSession(pass: AgentPass, action: CreateSession): AgentStatus {
  const before = pass.object.status ?? { conditions: [] };
  const { at, deadline } = { at: isoOf(pass), deadline: toIso(pass.moment.wallMs + 10_000) };
  const operation = { id: action.incarnation, step: 'CreateSession', startedAt: at, deadline };
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

function lastLines(screen: string): string {
  return screen.trimEnd().split('\n').slice(-20).join('\n').slice(-4000);
}
