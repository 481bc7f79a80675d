import type { ReasonEntry } from './reason-entry.ts';

const NOTHING = 'Nothing to do.';

/** Reasons about repositories, gates, phases and sequences. */
export const gitReasons = {
  Fetched: { meaning: 'The mirror holds the head of the branch.', next: NOTHING },
  RemoteUnreachable: {
    meaning: 'The remote does not answer; what was known stays in force.',
    next: 'Look at the network and at `spec.url`. It is tried again by itself.',
  },
  AuthenticationFailed: {
    meaning: 'The remote refuses the credentials.',
    next: "Correct the user and password in the file that `spec.credentials` names, or those of the controller's user.",
  },
  CredentialsMissing: {
    meaning: 'A file that `spec.credentials` names is not there, can not be read or lacks a variable.',
    next: 'Do what the message says; the file is looked at again by itself.',
  },
  CredentialsExposed: {
    meaning: 'A file with credentials can be read or written by other users, so it is not used.',
    next: 'Run the `chmod` that the message names, and consider a new password.',
  },
  CredentialsChanged: { meaning: 'The file with the credentials was changed.', next: NOTHING },
  RepositoryMissing: { meaning: 'The remote says that there is no such repository.', next: 'Correct `spec.url`.' },
  BranchMissing: { meaning: 'The remote has no such branch.', next: 'Push the branch, or correct `spec.branch`.' },
  HistoryRewritten: {
    meaning: 'The branch was force-pushed: its head does not contain the head before.',
    next: 'Find out who pushed; claims and verdicts are read from the new history. `ccci reconcile repository/NAME` clears it.',
  },
  RewriteExpected: {
    meaning: 'The branch was force-pushed, and `spec.appendOnly` says that this is usual.',
    next: NOTHING,
  },
  WebhookReceived: { meaning: 'The git server says that something was pushed.', next: NOTHING },
  WebhookListening: { meaning: 'The controller takes requests of the git server.', next: NOTHING },
  WebhookNotListening: {
    meaning: 'The repository has a webhook, but the controller does not listen; it polls.',
    next: 'Start it with `ccci run --webhook-listen HOST:PORT`, or remove `spec.webhook`.',
  },
  WebhookRefused: {
    meaning: 'A request to the webhook did not carry the right signature.',
    next: 'Give the git server the secret of the file that `spec.webhook` names; if it has it, somebody else is asking.',
  },
  OwnershipKept: { meaning: 'Each commit touched only files of its own author.', next: NOTHING },
  OwnershipBroken: {
    meaning: 'A commit of one agent touched something that another one owns; nothing was reverted.',
    next: 'Look at the commit that the message names. `ccci reconcile repository/NAME` clears it.',
  },
  OwnershipUnchecked: {
    meaning: 'It can not be told whether commits kept to the files of their authors.',
    next: 'Do what the message says.',
  },
  MirrorBroken: {
    meaning: 'The mirror in the state directory is damaged; it is cloned anew.',
    next: 'Nothing to do. If it comes back, look at the disk.',
  },
  MirrorGrown: { meaning: 'The mirror holds many small files, which are put together.', next: NOTHING },
  NeverFetched: { meaning: 'The remote was never looked at.', next: 'Wait for it.' },
  CloneMoved: { meaning: 'A clone of an agent has seen another head than the mirror.', next: NOTHING },
  IntervalOver: { meaning: 'It is time to look at the remote again.', next: NOTHING },
  MirrorMissing: { meaning: 'There is no mirror of the repository yet.', next: 'Wait for it.' },
  CommitMissing: {
    meaning: 'A commit that is needed is not in the mirror.',
    next: 'Wait for the next look at the remote; it may have been force-pushed away.',
  },
  CommitInvalid: { meaning: 'Something that should be a commit is not one.', next: 'Read the message; it names it.' },
  PathInvalid: {
    meaning: 'A path does not name a file inside the repository.',
    next: 'Correct the path in the manifest.',
  },
  SequenceMissing: {
    meaning: 'The sequence that the phase names is not there yet.',
    next: 'Nothing to do: it is made.',
  },
  RefDamaged: {
    meaning: 'A ref of a clone can not be read.',
    next: 'Run `git fsck` in the clone that the message names.',
  },
  BranchInvalid: { meaning: 'The name of the branch is not one that git accepts.', next: 'Correct `spec.branch`.' },
  NotFetched: { meaning: 'The remote has not been read yet.', next: 'Wait for it.' },
  GateOpen: { meaning: 'A claim waits for a verdict.', next: 'Wait for the verifier.' },
  GateFailed: { meaning: 'The verdict is FAIL.', next: 'The claimant corrects the work and claims again.' },
  GateVetoed: { meaning: 'A veto holds.', next: 'It is lifted by a later PASS in its scope.' },
  GateUnclear: {
    meaning: 'The verdict says neither pass, fail nor veto; the claim stays open.',
    next: 'The verifier repeats the verdict in the form that `spec.verdict` names.',
  },
  GatePassed: { meaning: 'Every claim has passed.', next: NOTHING },
  GateIdle: { meaning: 'There is no claim in this phase.', next: 'Wait for a claim.' },
  GateNotPassed: {
    meaning: 'The phase has its marker, but a required gate has not passed.',
    next: 'Wait for the verdict, or look at the gate that the message names.',
  },
  MarkerMissing: { meaning: 'The status file has no line with the done marker.', next: 'Wait for the agents.' },
  MarkerFound: { meaning: 'The status file says that the phase is done.', next: NOTHING },
  PhaseCurrent: { meaning: 'The phase is being worked on.', next: NOTHING },
  PhasePending: { meaning: 'An earlier phase is not done.', next: NOTHING },
  PhaseDone: { meaning: 'The phase is done.', next: NOTHING },
  Regressed: {
    meaning: 'A phase that was done no longer shows its marker; its completion stands.',
    next: 'Look at the commit that the message names.',
  },
  PhaseBlocked: {
    meaning: 'The status file says that the phase waits for a person; its agents are not treated as stalled.',
    next: 'Do what the message asks for, then let the agents take the marker out of the status file.',
  },
  NotBlocked: { meaning: 'The status file does not say that the phase waits for a person.', next: NOTHING },
  DoneRefused: {
    meaning: 'The status file says that the phase is done, but a required gate does not say so; both agents were told.',
    next: 'Wait for the agents, or look at the gate that the message names.',
  },
  DoneUnderVeto: {
    meaning: 'The status file says that the phase is done although a veto holds; both agents were told.',
    next: 'Wait for a PASS in the scope of the veto, or look at what the verifier wrote.',
  },
  NoticePinged: { meaning: 'Both agents of a gate are told that a done marker does not count.', next: NOTHING },
  OperatorPhase: { meaning: 'An operator ordered which phase is to be the current one.', next: NOTHING },
  OperatorPhaseRefused: {
    meaning: 'What an operator ordered about a phase could not be carried out any more.',
    next: 'Look at `ccci phase`, and order it again if it still matters.',
  },
  TimeBudgetExceeded: {
    meaning: 'The phase has been open for longer than its `timeBudget`.',
    next: 'Look at `ccci timeline`; raise the budget, or help the agents.',
  },
  InTime: { meaning: 'The phase is within its time budget, or has none.', next: NOTHING },
  MarkerOld: {
    meaning: 'The phase was opened again, and its done marker has stood there since before.',
    next: 'The agents take the marker out of the status file, and set it again when the phase is done.',
  },
  SequenceOpen: { meaning: 'The sequence has an open phase.', next: NOTHING },
  SequenceComplete: { meaning: 'All phases of the sequence are done.', next: NOTHING },
  NoPhases: { meaning: 'The sequence has no phases.', next: 'Apply a phase, or correct the name of the sequence.' },
} as const satisfies Readonly<Record<string, ReasonEntry>>;
