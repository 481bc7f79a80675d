import type { Outcome } from '#act/outcome.ts';
import type { Condition } from '#api/condition.ts';
import type { Action } from '#plan/action.ts';
import type { StoredEvent } from '#store/store.ts';

import { gateEvents } from './gate-events.ts';
import { notifierEvents } from './notifier-events.ts';
import { isoOf, type Pass } from './pass.ts';
import { phaseOrderEvents } from './phase-order-event.ts';
import { repositoryEvents } from './repository-events.ts';
import type { StatusRecord } from './summarize.ts';

const SAYS: Readonly<Record<string, string>> = {
  CloneWorkdir: 'cloned',
  CreateSession: 'started',
  AdoptSession: 'adopted',
  StopSession: 'stopped',
  EndProcess: 'ended a leftover process',
  RecoverSocket: 'asked the tmux server for its socket',
  TypeMessage: 'told',
  Interrupt: 'interrupted',
  AnswerDialog: 'answered a dialog',
  TypeCommand: 'told its program',
  CreateDelivery: 'seen',
  RunEvidence: 'runs evidence',
  StopEvidence: 'ended a run',
  CreateInstance: 'create instance',
  ChangeInstance: 'change instance',
  DeleteLeftover: 'delete leftover',
  UpdateInstance: 'changed instance',
  BeginRecreate: 'begins a recreate',
  BeginBackup: 'begins a backup',
  ConsumeApproval: 'used up an approval',
  BackUpInstance: 'back up instance',
  FetchBackup: 'fetch backup',
  ForgetBackup: 'remove backup from the server',
  WipeInstance: 'delete instance with its disk',
  RenameInstance: 'keep the old instance under another name',
  PutNote: 'noted in the instance',
  ApplyPrecondition: 'applied',
  RecordBoot: 'logged',
};

/** Actions that a person does not want to hear of each time. */
const QUIET = [
  'FetchMirror',
  'TidyMirror',
  'SettleDelivery',
  'DeleteDelivery',
  'EnsureSequence',
  'EnsureAccount',
  'MakeWorkdir',
  'Finalize',
];

/** What a person should hear of this pass: what was done or failed, and conditions that changed. Ids are deterministic, so that an event written twice is one. */
export function eventsOf(pass: Pass, after: StatusRecord): readonly StoredEvent[] {
  const fromOutcomes = pass.outcomes.flatMap((outcome, index) => outcomeEvent(pass, outcome, index));
  const before = pass.object.status?.conditions ?? [];
  const fromConditions = after.conditions.flatMap((condition) => conditionEvent(pass, before, condition));
  return [
    ...fromOutcomes,
    ...fromConditions,
    ...phaseOrderEvents(pass, after),
    ...repositoryEvents(pass),
    ...gateEvents(pass, after),
    ...notifierEvents(pass, after),
  ];
}

function outcomeEvent(pass: Pass, outcome: Outcome, index: number): readonly StoredEvent[] {
  const { action, result } = outcome;
  // Each attempt would be an event about telling events; what is given up is one.
  if (action.type === 'SendNotice' || action.type === 'SendHeartbeat') return [];
  if (result === 'PreconditionFailed' || (result === 'Done' && isQuiet(pass, outcome))) return [];
  const id = `${pass.plan.key}/${action.type}/${pass.moment.id}/${String(index)}`;
  const said = result === 'Done' ? doneWords(action) : failedWords(outcome);
  return [{ id, about: pass.plan.key, at: isoOf(pass), count: 1, ...said }];
}

type Words = Pick<StoredEvent, 'type' | 'reason' | 'message'>;

function doneWords(action: Action): Words {
  const { reason, message } = action;
  const isRestart = action.type === 'CreateSession' && action.restart;
  const type = isRestart && action.counted ? 'Warning' : 'Normal';
  return { type, reason, message: `${isRestart ? 'restarted' : verb(action)}: ${message}` };
}

function failedWords({ action, reason, message }: Outcome): Words {
  return { type: 'Warning', reason: reason ?? 'ActionFailed', message: `${verb(action)} failed: ${message ?? ''}` };
}

function verb(action: Action): string {
  return action.type === 'ChangeInstance' ? `${action.change.action} instance` : (SAYS[action.type] ?? action.type);
}

// A stop that only makes room for the start beside it is half of one event.
function isQuiet(pass: Pass, { action }: Outcome): boolean {
  const isHalf = action.type === 'StopSession' && pass.plan.actions.some(({ type }) => type === 'CreateSession');
  return isHalf || QUIET.includes(action.type);
}

/** Conditions beside Ready that are news when they turn bad, with the status that is bad. */
const NEWS: Readonly<Record<string, 'True' | 'False'>> = {
  WebhookReady: 'False',
  BudgetCounted: 'False',
  Regressed: 'True',
  Vetoed: 'True',
  ClaimUnclean: 'True',
  Blocked: 'True',
  DoneRefused: 'True',
  OverTime: 'True',
  Healthy: 'False',
  StateContradicted: 'True',
  VersionCovered: 'False',
  WaitTooLong: 'True',
  ConfigCurrent: 'False',
  ServerVerified: 'False',
  CertificateValid: 'False',
};

/** Conditions that are told again when what they say becomes another thing. */
const RETOLD = ['Blocked', 'DoneRefused'];

/** Reasons for which a phase is not Ready that a condition of its own, or its gate, tells. */
const TOLD_BESIDE = ['PhaseBlocked', 'GateVetoed', 'GateFailed', 'GateUnclear'];

/** Reasons of Ready that say that things go their way. */
const PROGRESS = [
  'DependencyStale',
  'PhasePending',
  'NotStarted',
  'Starting',
  'SequenceOpen',
  'MarkerMissing',
  'MarkerOld',
  'MarkerFound',
  'GateOpen',
  'GateIdle',
  'GateNotPassed',
  'Progressing',
  'Fetched',
  'OperationRunning',
  'ProbePending',
];

function conditionEvent(pass: Pass, before: readonly Condition[], condition: Condition): readonly StoredEvent[] {
  const { type, status, reason, message } = condition;
  const isSaid = message === '' || PROGRESS.includes(reason) || pass.plan.actions.some((one) => one.reason === reason);
  if (
    isSaid ||
    (type === 'Ready' && pass.object.kind === 'Phase' && TOLD_BESIDE.includes(reason)) ||
    isKnownLoop(pass, reason) ||
    !isNews(
      before.find((one) => one.type === type),
      condition,
    )
  )
    return [];
  const isGood = type === 'Ready' && (status === 'True' || RESTING.includes(reason));
  const id = `${pass.plan.key}/${type}/${status}/${reason}/${isoOf(pass)}`;
  return [
    { id, about: pass.plan.key, type: isGood ? 'Normal' : 'Warning', reason, message, at: isoOf(pass), count: 1 },
  ];
}

function isKnownLoop({ object }: Pass, reason: string): boolean {
  return reason === 'CrashLoopBackOff' && object.kind === 'Agent' && object.status?.['crashLoopSince'] !== undefined;
}

function isNews(old: Condition | undefined, { type, status, reason, message }: Condition): boolean {
  if (RETOLD.includes(type) && status === 'True' && old?.status === 'True') return old.message !== message;
  if (type === 'Ready') return old?.status !== status || (status !== 'True' && old.reason !== reason);
  return old?.status !== status && NEWS[type] === status;
}

/** Reasons for not being Ready that somebody wanted. */
const RESTING = ['Stopped', 'Suspended', 'SequenceComplete', 'PhaseAdvanced', 'LaunchDrift', 'GateFailed'];
