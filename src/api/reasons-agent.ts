import type { ReasonEntry } from './reason-entry.ts';

const NOTHING = 'Nothing to do.';

/** Reasons about agents, their sessions and the messages to them. */
export const agentReasons = {
  Running: { meaning: 'The agent runs in its session.', next: NOTHING },
  SessionMissing: { meaning: 'The agent has no session yet.', next: 'Nothing to do: it is started.' },
  SessionGone: {
    meaning: 'The session is gone, and a checked tmux server says so.',
    next: 'Nothing to do: it is started again.',
  },
  ProcessExited: {
    meaning: 'The process of the agent ended by itself.',
    next: 'Nothing to do: it is started again. `ccci logs` shows its last screen.',
  },
  ProcessGone: { meaning: 'The process of the agent is gone.', next: 'Nothing to do: it is started again.' },
  LeftoverProcess: {
    meaning: 'A process of an earlier launch is still there; it is ended before another one is started.',
    next: 'If it does not end, look at the process that the message names.',
  },
  SessionForeign: {
    meaning: 'A session of that name exists that ccci did not start, so it is left alone.',
    next: 'Rename or end that session, choose another `spec.session`, or set `spec.adopt: true`.',
  },
  SessionNameTaken: {
    meaning: 'A session of that name belongs to another object or another rig.',
    next: 'Choose another `spec.session`.',
  },
  Adopted: { meaning: 'A session that was already there was taken over.', next: NOTHING },
  DuplicateSession: {
    meaning: 'More than one live session claims to be this agent, so none is touched.',
    next: 'End all but one of the sessions that the message names.',
  },
  WorkdirMissing: {
    meaning: 'The working folder does not exist.',
    next: 'Create it, correct `spec.workdir`, or set `spec.repositoryRef` so that it is cloned.',
  },
  WorkdirNotClone: {
    meaning: 'The working folder is there but is not a git clone; it is never overwritten.',
    next: 'Move it away, or choose another `spec.workdir`.',
  },
  WorkdirWrongRemote: {
    meaning: 'The working folder is a clone of another repository.',
    next: 'Move it away, correct its remote, or correct `spec.repositoryRef`.',
  },
  WorkdirUnreadable: { meaning: 'The working folder can not be looked at.', next: 'Correct its permissions.' },
  PromptMissing: {
    meaning: 'The prompt can not be read.',
    next: 'Put the file where `spec.prompt.file` says, or correct it.',
  },
  PromptTooLarge: {
    meaning: 'The rendered prompt is larger than 120 KiB.',
    next: 'Shorten it; refer to files instead.',
  },
  EnvironmentMissing: {
    meaning: 'A file that the environment is read from is missing or can not be read.',
    next: 'Create the file that the message names, readable for the user of the controller.',
  },
  CommandMissing: {
    meaning: 'The backend has no command to start.',
    next: 'Set `spec.backend.command`.',
  },
  CrashLoopBackOff: {
    meaning: 'The restart budget is spent; the agent is still tried once per `restart.backoff.max`.',
    next: 'Read the last screen with `ccci logs`, correct the cause, then run `ccci restart AGENT`.',
  },
  BackingOff: { meaning: 'The next start waits for the growing delay.', next: 'Wait, or run `ccci restart AGENT`.' },
  ClaimPinged: { meaning: 'The verifier is told about a claim.', next: NOTHING },
  VerdictPinged: { meaning: 'Somebody is told about a verdict.', next: NOTHING },
  InboxPinged: { meaning: 'The agent is told about a new version of its inbox file.', next: NOTHING },
  WakeDue: { meaning: 'It is time for the regular wake of the agent.', next: NOTHING },
  PromptChanged: {
    meaning: 'The prompt or the plan was changed while the agent runs; `onPromptChange` says what follows.',
    next: 'Nothing to do: it is told, or restarted once it is idle.',
  },
  DeliverySettled: { meaning: 'The matter of a message is settled.', next: NOTHING },
  DeliveryExpired: {
    meaning: 'The time of a message was over before the agent took it.',
    next: 'Send it again if it still matters.',
  },
  StalledNoMarker: {
    meaning: 'The agent is idle for longer than `liveness.stallAfter` and has not declared a wait.',
    next: 'Nothing to do: it is nudged, then interrupted, then restarted.',
  },
  WaitingDeclared: { meaning: 'The agent declared a wait whose time has not come.', next: NOTHING },
  WaitOver: { meaning: 'The time of its declared wait has come, and it is prompted to go on.', next: NOTHING },
  StalledTogether: {
    meaning: 'Several agents would be restarted at once, which points to a cause outside of them; all are held.',
    next: 'Look at the host and the network, then run `ccci restart AGENT`.',
  },
  LaunchDrift: {
    meaning: 'The agent runs with another launch than its manifest says; it is restarted once it is idle.',
    next: 'Wait, or run `ccci restart AGENT`.',
  },
  PhaseAdvanced: { meaning: 'The next phase began, and the agent is started with its prompt.', next: NOTHING },
  NotStarted: {
    meaning: 'A person starts this agent, and it is not running.',
    next: 'Start it in a tmux session of the name in `spec.session`.',
  },
  Starting: { meaning: 'The session was started and the program is not ready yet.', next: 'Wait for it.' },
  StartupTimedOut: {
    meaning: 'The program was not ready within `startup.timeout`.',
    next: 'Look at it with `ccci attach`; it may show a dialog.',
  },
  DialogOpen: {
    meaning: 'The program shows a dialog that a person must answer.',
    next: 'Answer it with `ccci attach`.',
  },
  LoginNeeded: {
    meaning: 'The program is not logged in; it goes on by itself once it is.',
    next: 'Log in as the user of the session, for example with `ccci attach`.',
  },
  UsageLimited: {
    meaning: 'The usage limit of the account is reached; its agents are left alone meanwhile.',
    next: 'Wait until it resets, or run `ccci resume agent/NAME` to let one go on at once.',
  },
  UsageLimitReset: { meaning: 'The usage limit was reset, and the agents of the account go on.', next: NOTHING },
  UsageLimitUnknown: {
    meaning: 'Nobody says when the usage limit resets; one agent finds out from time to time.',
    next: 'Wait, or run `ccci resume agent/NAME` to let one go on at once.',
  },
  UsageLimitManual: {
    meaning: 'The usage limit was reset, and `usageLimit.resume` says that a person lets the agent go on.',
    next: 'Run `ccci resume agent/NAME`.',
  },
  AccountMade: { meaning: 'A record of an account is kept.', next: NOTHING },
  BillingProblem: {
    meaning: 'The provider takes no more requests until somebody pays.',
    next: 'Settle it with the provider, then run `ccci ping AGENT`.',
  },
  DialogAnswered: { meaning: 'A start-up dialog was answered as the manifest says.', next: NOTHING },
  DialogUnanswered: {
    meaning: 'A start-up dialog did not go away although it was answered as the manifest says.',
    next: 'Answer it with `ccci attach`.',
  },
  ProviderError: {
    meaning: 'The model provider failed and the program gave up; the agent is told to try again after a growing delay.',
    next: 'Nothing to do, unless it lasts: then look at the provider and the network.',
  },
  ContextHigh: { meaning: 'Its context is nearly full, and its conversation is compacted.', next: NOTHING },
  ContextFull: {
    meaning: 'Its context is full and can not be compacted, so it begins a fresh conversation.',
    next: NOTHING,
  },
  BudgetSpent: {
    meaning: 'The agent has spent its budget and is held until the window is over.',
    next: 'Wait, raise `spec.budget`, or run `ccci resume agent/NAME`.',
  },
  BudgetUnknown: {
    meaning: 'The program has not told what it spends, so the budget guards nothing yet.',
    next: 'Look at the version of the program; `ccci describe` shows what it tells.',
  },
  LaunchRefused: {
    meaning: 'The program refuses to start with these arguments or this user; it is not tried again until they change.',
    next: 'Correct what the message names and apply it, or run `ccci restart AGENT` after a change outside of the manifest.',
  },
  ConnectionLost: {
    meaning: 'The program ended because it could not reach its provider; that uses no restart budget.',
    next: 'Nothing to do: it is started again. If it lasts, look at the network.',
  },
  ConversationGone: {
    meaning: 'The conversation that was to be resumed is not there any more, so a fresh one is begun.',
    next: NOTHING,
  },
  Stopping: { meaning: 'The session was asked to end and its process is still there.', next: 'Wait for it.' },
  TmuxUnknown: {
    meaning: 'The answer of tmux allows no conclusion, so nothing is started or stopped.',
    next: 'Nothing to do: it is asked again.',
  },
  TmuxUnreachable: {
    meaning: 'No tmux server answers on the socket although its process is there.',
    next: 'Nothing to do: the server is asked to make its socket again.',
  },
  AwaitingInput: {
    meaning: 'The program waits for a person, so nothing is typed.',
    next: 'Answer it with `ccci attach`.',
  },
  NoInput: {
    meaning: 'The program shows no place to type in.',
    next: 'Wait; look at it with `ccci attach` if it lasts.',
  },
  SomebodyTyping: {
    meaning: 'Somebody has typed into the session and not sent it, so nothing is typed.',
    next: 'Send or delete what stands there.',
  },
  ScreenUnknown: { meaning: 'The screen of the agent could not be read.', next: 'Nothing to do: it is read again.' },
  ProcessesUnknown: {
    meaning: 'The processes of this machine could not be looked at, so nothing is started.',
    next: 'Nothing to do: they are looked at again. If it lasts, look at the permissions of /proc.',
  },
  ProcessesUnreadable: {
    meaning: 'The processes of this machine can not be read.',
    next: 'Look at the permissions of /proc.',
  },
  SocketVanished: {
    meaning: 'The tmux server runs, but its socket is gone.',
    next: 'Nothing to do: the server is asked to make it again.',
  },
  DeliveryTaken: { meaning: 'The agent accepted the message.', next: NOTHING },
  DeliveryQueued: {
    meaning: 'The program of the agent keeps the message until its turn is over.',
    next: NOTHING,
  },
  DeliveryTyped: { meaning: 'The message was typed, and nothing shows yet that it was taken.', next: NOTHING },
  DeliveryUnproven: {
    meaning: 'A message left the input, and the program has not yet said that it took it.',
    next: 'Nothing to do: it is looked for in what the program says and on its screen.',
  },
  DeliveryRetried: {
    meaning: 'A message was typed and not taken; it is tried again after a growing delay.',
    next: 'Nothing to do: it is tried again.',
  },
  NeverTaken: {
    meaning: 'A message was typed again and again, and the agent never took it.',
    next: 'Look at the agent with `ccci attach`; it goes on being tried every 5 minutes.',
  },
  MessageQueued: {
    meaning: "A message waits in the program's own queue; what comes meanwhile is gathered into one.",
    next: NOTHING,
  },
  MidTurn: {
    meaning: 'The agent is in mid-turn and its program keeps nothing for later, so nothing is typed.',
    next: 'Nothing to do: it is typed when the turn is over.',
  },
  DeliveryDue: { meaning: 'A message is there for the agent and is typed when it can take it.', next: NOTHING },
  StateContradicted: {
    meaning: 'What the program says about itself and what its screen shows differ; the more careful one counts.',
    next: 'Look at it with `ccci attach`; nothing is ended for that. `ccci describe` shows what each of them says.',
  },
  SignalsUnreadable: {
    meaning: 'What the program says about itself can not be read, so its silence proves nothing.',
    next: 'Correct the permissions of the folder that the message names.',
  },
  VersionNotCovered: {
    meaning: 'The program is of a version whose screens and signals nobody has recorded yet.',
    next: 'It works on with care. `ccci doctor` shows what was not known; install the covered version if that is a lot.',
  },
  WaitTooLong: {
    meaning: 'The declared wait is longer than `liveness.maxWait`, and only so much is believed.',
    next: 'Tell the agent in its prompt to wait for less, or raise `liveness.maxWait`.',
  },
  Nudged: { meaning: 'A stalled agent was asked to go on.', next: NOTHING },
  Interrupted: { meaning: 'A stalled agent was interrupted.', next: NOTHING },
} as const satisfies Readonly<Record<string, ReasonEntry>>;
