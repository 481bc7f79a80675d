import { shownUrl } from '#api/repository-url.ts';

import type { Action } from './action.ts';
import type { Plan } from './plan.ts';

/** One act as a person reads it: what begins (+), changes (~) or ends (-), why, and what it disturbs. */
export type PlanLine = {
  readonly key: string;
  readonly mark: '+' | '~' | '-';
  readonly what: string;
  readonly type: Action['type'];
  readonly reason: string;
  readonly message: string;
  readonly blast: Action['blast'];
};

/** The acts of a plan in their order, without routine. A stop that only makes room for a start is part of that start. */
export function planLines(plan: Plan): readonly PlanLine[] {
  const isRestart = plan.actions.some((action) => action.type === 'CreateSession');
  return plan.actions
    .filter((action) => !isRoutine(action) && !(isRestart && action.type === 'StopSession'))
    .map((action) => ({ key: plan.key, ...lineOf(action) }));
}

/** Why a remote is looked at although nobody asked: this goes on for ever and changes nothing. */
const ROUTINE_FETCHES = ['IntervalOver', 'CloneMoved', 'WebhookReceived', 'MirrorBroken'];

/** True for what the controller does to keep its own books: it disturbs nothing and is no difference to what is wanted. */
export function isRoutine({ type, reason }: Action): boolean {
  if (type === 'FetchMirror') return ROUTINE_FETCHES.includes(reason);
  return (
    type === 'TidyMirror' ||
    type === 'SettleDelivery' ||
    type === 'DeleteDelivery' ||
    type === 'SendHeartbeat' ||
    type === 'EnsureSequence' ||
    type === 'EnsureAccount' ||
    type === 'RecordBoot'
  );
}

function lineOf(action: Action): Omit<PlanLine, 'key'> {
  const { type, reason, message, blast } = action;
  const render = RENDER[type] as (action: Action) => readonly [PlanLine['mark'], string];
  const [mark, what] = render(action);
  return { mark, what, type, reason, message, blast };
}

type Renderers = {
  readonly [T in Action['type']]: (action: Extract<Action, { type: T }>) => readonly [PlanLine['mark'], string];
};

const RENDER: Renderers = {
  CloneWorkdir: ({ url, path }) => ['+', `clone ${shownUrl(url)} into ${path}`],
  MakeWorkdir: ({ path }) => ['+', `make the folder ${path}`],
  CreateSession: ({ name, restart }) =>
    restart ? ['~', `restart session ${quote(name)}`] : ['+', `start session ${quote(name)}`],
  AdoptSession: () => ['~', 'take over its session as it is'],
  StopSession: () => ['-', 'stop its session'],
  EndProcess: ({ pid, signal }) => ['-', `end process ${String(pid)} with ${signal}`],
  RecoverSocket: ({ serverPid }) => ['~', `ask tmux server ${String(serverPid)} for its socket`],
  TypeMessage: ({ deliveries }) => ['~', `type ${deliveries.join(', ')} into its session`],
  AnswerDialog: ({ dialog, answer }) => [
    '~',
    answer === 'Close' ? `close its dialog ${dialog}` : `answer its dialog ${dialog} with ${answer}`,
  ],
  TypeCommand: ({ text }) => ['~', `type ${quote(text)} into its session`],
  Interrupt: ({ keys }) => ['~', `interrupt it with ${keys.join(' ')}`],
  FetchMirror: ({ url, branch }) => ['~', `look at branch ${quote(branch)} of ${shownUrl(url)}`],
  TidyMirror: ({ mirror }) => ['~', `tidy the mirror ${mirror}`],
  CreateDelivery: ({ spec }) => ['+', `tell ${spec.agentRef.name}: ${spec.text}`],
  SettleDelivery: ({ name }) => ['~', `settle message ${name}`],
  DeleteDelivery: ({ name }) => ['-', `forget message ${name}`],
  RunEvidence: ({ request }) => ['+', `run ${quote(request.argv.join(' '))} at commit ${request.sha.slice(0, 12)}`],
  StopEvidence: ({ folder }) => ['-', `end the run in ${folder}`],
  EnsureAccount: ({ name }) => ['+', `keep a record of account ${quote(name)}`],
  EnsureSequence: ({ name }) => ['+', `keep a record of sequence ${quote(name)}`],
  CreateInstance: ({ request }) => ['+', `create instance ${quote(request.name)} in project ${quote(request.project)}`],
  DeleteLeftover: ({ name, project }) => ['-', `delete half-made instance ${quote(name)} in project ${quote(project)}`],
  ChangeInstance: ({ name, project, change }) => [
    '~',
    `${change.action} instance ${quote(name)} in project ${quote(project)}`,
  ],
  UpdateInstance: ({ name, fields }) => ['~', `instance ${name}${fields.length === 0 ? '' : `: ${fields.join(', ')}`}`],
  BeginRecreate: () => ['-', 'begin to make the instance anew'],
  BeginBackup: () => ['+', 'begin a backup'],
  ForgetBackup: ({ backup }) => ['-', `backup ${backup} on the server`],
  ConsumeApproval: () => ['~', 'use up the approval'],
  BackUpInstance: ({ name }) => ['+', `backup of instance ${name}`],
  FetchBackup: ({ path }) => ['+', `backup file ${path}`],
  WipeInstance: ({ name }) => ['-', `instance ${name} with its disk`],
  RenameInstance: ({ name, newName }) => ['~', `instance ${name} -> ${newName}`],
  PutNote: ({ path }) => ['~', `note ${path} in the instance`],
  ApplyPrecondition: ({ step }) => ['~', `precondition ${step.name}`],
  SendNotice: () => ['+', 'tell it'],
  SendHeartbeat: () => ['~', 'send a heartbeat'],
  RecordBoot: ({ path }) => ['~', `log the reboot in ${path}`],
  Finalize: () => ['-', 'let the deleted object go'],
};

function quote(text: string): string {
  return `"${text}"`;
}
