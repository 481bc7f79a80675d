import type { TextSignature } from './text-signature.ts';

/** Outcomes that claude prints under the prompt itself (`⎿`): the model can not write there. */
export const CLAUDE_NOTES: readonly TextSignature[] = [
  { pattern: /^You['’]ve (?:hit|reached) your .*\blimit\b/, state: 'UsageLimited' },
  { pattern: /^Credit balance (?:is )?too low/, state: 'UsageLimited', cause: 'Billing' },
  { pattern: /^(?:Not logged in|Invalid API key|OAuth token revoked|Please run \/login) ·/, state: 'AuthRequired' },
  { pattern: /^Prompt is too long/, state: 'ApiError', cause: 'ContextFull' },
  { pattern: /^API Error: /, state: 'ApiError', cause: 'ServerError' },
  { pattern: /^Interrupted ·/, state: 'Idle', cause: 'Interrupted' },
];

/** Outcomes that claude prints like a message (`●`), so that a message with the same words looks the same. */
export const CLAUDE_MESSAGES: readonly TextSignature[] = [
  { pattern: /^Please run \/login · API Error: 40[13]\b/, state: 'AuthRequired' },
  {
    pattern: /^API Error: (?:Request rejected \(429\)|Server is temporarily limiting)/,
    state: 'ApiError',
    cause: 'RateLimit',
  },
  { pattern: /^API Error: Unable to connect\b/, state: 'ApiError', cause: 'Connectivity' },
  { pattern: /^API Error: /, state: 'ApiError', cause: 'ServerError' },
];

/** What claude prints when it refuses to start, from the first column on. */
export const CLAUDE_REFUSALS: readonly TextSignature[] = [
  { pattern: /^(?:Error: )?Session ID \S+ is already in use/, state: 'Fatal', cause: 'SessionInUse' },
  { pattern: /^(?:Error: )?Invalid session ID/, state: 'Fatal', cause: 'Usage' },
  { pattern: /^No conversation found (?:with session ID|to continue)/, state: 'Fatal', cause: 'SessionMissing' },
  { pattern: /^--dangerously-skip-permissions cannot be used with root/, state: 'Fatal', cause: 'Refused' },
  { pattern: /^ ?Unable to connect to Anthropic services/, state: 'Fatal', cause: 'Connectivity' },
  { pattern: /^Remote Control is only available/, state: 'Fatal', cause: 'Refused' },
  { pattern: /^error: unknown option/, state: 'Fatal', cause: 'Usage' },
  { pattern: /^(?:Error: )?Settings file not found/, state: 'Fatal', cause: 'Usage' },
];

/** `· resets 5:44pm (UTC)` or `· resets Nov 23, 4:28pm (UTC)`: the time zone in brackets ends it. */
export const CLAUDE_RESET = /· resets (.+?\))/;
