import type { ReasonEntry } from './reason-entry.ts';

/** Reasons about telling people. */
export const notifierReasons = {
  NotificationDue: { meaning: 'Something happened that is told to a person.', next: 'Nothing to do.' },
  HeartbeatDue: { meaning: 'It is time for the next heartbeat.', next: 'Nothing to do.' },
  NotificationRefused: {
    meaning: 'The receiver answered with an error, or the program ended with one; it is tried again.',
    next: 'Correct the address, the token or the program, then run `ccci notify test NAME`.',
  },
  NotificationUnreachable: {
    meaning: 'The receiver did not answer; it is tried again.',
    next: 'Look whether the receiver is there, then run `ccci notify test NAME`.',
  },
  NotificationGivenUp: {
    meaning: 'A message could not be told after many attempts.',
    next: 'Read it in the deadLetters of the status (`ccci get notifier NAME -o yaml`), and correct what the last error says.',
  },
  NotifierSecret: {
    meaning: 'The file with the secret of the notifier can not be used.',
    next: 'Correct the file that the message names, or its permissions, then run `ccci notify test NAME`.',
  },
  NotificationDigest: { meaning: 'More happened than is told one by one.', next: 'Run `ccci events`.' },
  NotificationTest: { meaning: 'A person asked for a test message.', next: 'Nothing to do.' },
  CrewStopped: { meaning: 'A person stopped the whole crew.', next: 'Run `ccci start` when it is to run again.' },
  CrewStarted: { meaning: 'A person lets the whole crew run again.', next: 'Nothing to do.' },
} as const satisfies Readonly<Record<string, ReasonEntry>>;
