import type { Action } from '#plan/action.ts';
import type { CreatedSession } from '#drivers/tmux/tmux.ts';

/** What carrying out an action found out, for status. */
export type OutcomeFacts = {
  readonly created?: CreatedSession;
  readonly startTime?: number;
  readonly commit?: string;
  /** False when the branch's former head is not reachable from the new one. */
  readonly isAppend?: boolean;
  readonly operationId?: string;
  /** The screen showed that the message left the input box. Undefined when the backend has no such sign. */
  readonly accepted?: boolean;
};

/** How an action ended. `PreconditionFailed` is no error: the world had moved on, and a new plan is made. */
export type Outcome = {
  readonly action: Action;
  readonly result: 'Done' | 'PreconditionFailed' | 'Failed';
  readonly reason?: string;
  readonly message?: string;
  readonly facts: OutcomeFacts;
};
