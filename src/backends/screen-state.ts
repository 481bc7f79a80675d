/** What an agent's terminal shows. `Unknown` is always a safe answer; `Exited` and `Fatal` are hints, the kernel decides about death. */
export type ScreenCondition =
  | 'Starting'
  | 'Busy'
  | 'Idle'
  | 'AwaitingInput'
  | 'UsageLimited'
  | 'AuthRequired'
  | 'ApiError'
  | 'Compacting'
  | 'Exited'
  | 'Fatal'
  | 'Unknown';

/** A finer word beside the condition, where the screen gives one. It explains; nothing has to be decided by it. */
export type ScreenCause =
  | 'BackgroundWork'
  | 'Billing'
  | 'Connectivity'
  | 'ContextFull'
  | 'Fresh'
  | 'Interrupted'
  | 'RateLimit'
  | 'Refused'
  | 'ServerError'
  | 'SessionInUse'
  | 'SessionMissing'
  | 'TurnFailed'
  | 'Usage';

/** A dialog that stands where the input box would be. `Other` is one that asks for something but is not known by name. */
export type DialogName =
  | 'ApiKey'
  | 'BypassPermissions'
  | 'HooksReview'
  | 'Login'
  | 'Other'
  | 'Permission'
  | 'Question'
  | 'ResumePicker'
  | 'ResumeSummary'
  | 'SecurityNotes'
  | 'Settings'
  | 'Theme'
  | 'TrustFolder'
  | 'UsageLimitOptions';

/**
 * The input box: only `Empty` may be typed into. `Draft` holds somebody's text, which a ping would be glued to; `None`
 * means that something else takes the keys; `Unknown` that it could not be told.
 */
export type InputBox = 'Empty' | 'Draft' | 'None' | 'Unknown';

/** One reading of one screen. It holds no time: the same text always gives the same reading. */
export type ScreenState = {
  readonly state: ScreenCondition;
  readonly cause?: ScreenCause;
  readonly dialog?: DialogName;
  readonly box: InputBox;
  /** What stands in the box when it is a `Draft`. */
  readonly draft?: string;
  /** The raw line that declares a wait, only when it ends the last message of a turn that is over. */
  readonly waitMarker?: string;
  /** When a usage limit ends, in the words of the screen, for example `5:44pm (UTC)`. */
  readonly resetText?: string;
  /** The program is trying a request again by itself. */
  readonly isRetrying?: boolean;
  /** The line that the reading rests on; empty when it rests on an empty screen. */
  readonly evidence: string;
  /** True when the agent itself could have written the evidence, so that a second signal is wanted before anything is restarted. */
  readonly spoofable?: boolean;
};

/** What a reading needs to know about the agent. */
export type ClassifyOptions = { readonly waitMarker: string };
