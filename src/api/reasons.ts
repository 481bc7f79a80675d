import type { ReasonEntry } from './reason-entry.ts';
import { agentReasons } from './reasons-agent.ts';
import { commonReasons } from './reasons-common.ts';
import { gateReasons } from './reasons-gate.ts';
import { gitReasons } from './reasons-git.ts';
import { hostReasons } from './reasons-host.ts';
import { machineReasons } from './reasons-machine.ts';
import { notifierReasons } from './reasons-notifier.ts';

/** The closed list of Reasons: what each means, and the next step. A new one is a line in one of the tables. */
export const REASONS = {
  ...commonReasons,
  ...agentReasons,
  ...gateReasons,
  ...gitReasons,
  ...machineReasons,
  ...hostReasons,
  ...notifierReasons,
} as const satisfies Readonly<Record<string, ReasonEntry>>;

/** Why something is as it is, in one CamelCase word. */
export type Reason = keyof typeof REASONS;

/** The closed list of condition types, with what True means. */
export const CONDITION_TYPES = {
  Ready: 'The object is as its manifest says.',
  Reconciling: 'The controller is bringing it to the desired state.',
  Stalled: 'The controller can not go on until something changes.',
  SessionRunning: 'The tmux session of the agent is there and its process is alive.',
  Idle: 'The agent waits for input.',
  LaunchCurrent: 'The agent runs with the launch that its manifest says.',
  Reachable: 'The remote or the server answers.',
  HistoryIntact: 'The branch only ever grew.',
  OwnershipKept: 'No commit of one agent touched what another one owns.',
  WebhookReady: 'The controller takes the requests of the git server.',
  GatesPassed: 'All required gates have passed.',
  MarkerPresent: 'The status file shows the done marker.',
  Regressed: 'A phase that was done no longer shows its marker.',
  Blocked: 'The status file says that the phase waits for a person.',
  DoneRefused: 'The done marker is there but does not count, because a required gate has not passed.',
  OverTime: 'The phase has been open for longer than its time budget.',
  Claimed: 'A claim waits for a verdict.',
  Vetoed: 'A veto holds.',
  AuthorUnverified: 'It is not checked who wrote claims and verdicts.',
  ForeignCommits: 'A claim or verdict does not count, because somebody else made it.',
  ClaimUnclean: 'When an open claim was seen, its agent held work that was not pushed.',
  VerdictOverdue: 'A claim has waited too long for its verdict.',
  Complete: 'All phases of the sequence are done.',
  Healthy: 'The probes of the machine are healthy.',
  ServerVerified: 'It is checked who the server of the machine is.',
  CertificateValid: 'The client certificate stays valid for a while.',
  InstanceRunning: 'The instance runs.',
  ConfigCurrent: 'The instance has the configuration that its manifest says.',
  ManifestValid: 'The manifests that the controller follows are valid.',
  StorageAvailable: 'The state directory can be written.',
  Taken: 'The agent accepted the message.',
  StateContradicted: 'What the program of the agent says and what its screen shows differ for longer than a moment.',
  VersionCovered: 'The program of the agent is of a version whose screens and signals are known.',
  WaitTooLong: 'The agent declared a wait that is longer than is believed.',
  UsageLimited: 'The usage limit of the account is reached.',
  BudgetCounted: 'What the agent spends can be counted against its budget.',
} as const satisfies Readonly<Record<string, string>>;

/** The type of a condition. */
export type ConditionType = keyof typeof CONDITION_TYPES;

/** True for a word on the closed list of Reasons. */
export function isReason(word: string): word is Reason {
  return Object.hasOwn(REASONS, word);
}

/** True for a type on the closed list of conditions. */
export function isConditionType(word: string): word is ConditionType {
  return Object.hasOwn(CONDITION_TYPES, word);
}
