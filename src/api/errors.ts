/** What an error may carry beside its message. */
export type ErrorDetails = {
  /** What the person can do next; one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** The values that the message quotes, by name. */
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
};

/** The base of errors with a message for a person: what failed, to what, the present state and the wanted one. */
export class CcciError extends Error {
  readonly hint: string | undefined;
  readonly facts: NonNullable<ErrorDetails['facts']>;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = this.constructor.name;
    this.hint = details.hint;
    this.facts = details.facts ?? {};
  }
}

/** Trying again does not help until the object changes; shown as Stalled with `reason`. */
export class TerminalError extends CcciError {
  readonly reason: string;

  constructor(reason: string, message: string, details: ErrorDetails = {}) {
    super(message, details);
    this.reason = reason;
  }
}

/** The world is not as the plan saw it: nothing was done, and a new plan is made. Not a failure. */
export class PreconditionFailed extends CcciError {}

/** Something could not be observed; `reason` is one CamelCase word. Nothing may be concluded from it. */
export class UnknownError extends CcciError {
  readonly reason: string;

  constructor(reason: string, message: string, details: ErrorDetails = {}) {
    super(message, details);
    this.reason = reason;
  }
}
