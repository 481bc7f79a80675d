import type { ReasonEntry } from './reason-entry.ts';

const NOTHING = 'Nothing to do.';

/** Reasons that any kind can have. */
export const commonReasons = {
  Ready: { meaning: 'The object is as its manifest says.', next: NOTHING },
  Progressing: {
    meaning: 'The controller is bringing it to the desired state.',
    next: 'Wait; `ccci get -w` follows it.',
  },
  Settled: { meaning: 'The controller is not changing anything about it now.', next: NOTHING },
  NotStalled: { meaning: 'Nothing keeps the controller from going on.', next: NOTHING },
  Waiting: {
    meaning: 'It waits for something that comes by itself.',
    next: 'Wait; the message names what it waits for.',
  },
  Suspended: {
    meaning: 'It is observed and shown, but not acted on, because the manifest or an operator says so.',
    next: 'Run `ccci resume KIND/NAME`, or take `suspend` out of the manifest.',
  },
  Stopped: { meaning: 'An operator stopped it, or the whole crew.', next: 'Run `ccci start` when it is to run again.' },
  NotSupported: {
    meaning: 'This version keeps the object and does nothing with it.',
    next: 'Leave it for a later version, or delete it.',
  },
  DependencyNotReady: {
    meaning: 'An object that it depends on is not Ready.',
    next: 'Run `ccci describe` on the object that the message names.',
  },
  DependencyMissing: {
    meaning: 'An object that it refers to does not exist.',
    next: 'Apply the object that the message names, or correct the reference.',
  },
  DependencyStale: {
    meaning: 'An object that it builds on has not been looked at since it changed.',
    next: 'Nothing to do: it goes on when that object is up to date.',
  },
  NotObserved: { meaning: 'The controller has not looked at it yet.', next: 'Start the controller with `ccci run`.' },
  InvalidManifest: {
    meaning: 'The manifest was changed into something that is not valid; the last good state stays in force.',
    next: 'Correct the mistakes that the message lists.',
  },
  Unreadable: {
    meaning: 'The stored object can not be read; its live things are left alone.',
    next: 'Apply its manifest again, or use the version that wrote it.',
  },
  NewerFormat: {
    meaning: 'The state directory was written by a newer version, and is left untouched.',
    next: 'Use that version, or another state directory.',
  },
  StorageUnavailable: {
    meaning: 'The state directory can not be written, so only what died is started again.',
    next: 'Make room on the disk, or correct the permissions of the state directory.',
  },
  OperationUnsettled: {
    meaning: 'An act was under way when the controller ended, and the world does not tell whether it happened.',
    next: 'Look at the object that the message names, then run `ccci reconcile` on it.',
  },
  ActionFailed: {
    meaning: 'An act failed and is tried again after a delay.',
    next: 'Read the message; it says what failed.',
  },
  PreconditionFailed: {
    meaning: 'The world had changed between plan and act, so nothing was done.',
    next: 'Nothing to do: a new plan is made.',
  },
  OperatorRestart: { meaning: 'An operator asked for a restart.', next: NOTHING },
  OperatorReconcile: { meaning: 'An operator asked for a look at once.', next: NOTHING },
  PlanRefused: {
    meaning: 'The plan broke a safety rule, so nothing of it was carried out.',
    next: 'Please report it, with the message and the output of `ccci describe`.',
  },
  TimedOut: { meaning: 'Something did not answer in time.', next: 'Nothing to do: it is asked again.' },
  ControllerUnreachable: {
    meaning: 'The controller could not be asked, so the command looked by itself.',
    next: 'Start the controller with `ccci run`.',
  },
  ControllerRefused: {
    meaning: 'The controller refused the request.',
    next: 'Read the message; it is what the controller says.',
  },
  FileTooLarge: { meaning: 'A file is larger than it may be.', next: 'Make the file that the message names smaller.' },
  FileUnreadable: {
    meaning: 'A file can not be read.',
    next: 'Correct the file that the message names, or its permissions.',
  },
  PermissionDenied: {
    meaning: 'The user of the controller may not read or write something.',
    next: 'Correct the permissions of what the message names.',
  },
  Deleted: { meaning: 'It was deleted.', next: NOTHING },
  SpecChanged: { meaning: 'Its manifest changed.', next: NOTHING },
} as const satisfies Readonly<Record<string, ReasonEntry>>;
