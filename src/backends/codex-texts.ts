import type { DialogSignature } from './dialog-signature.ts';
import type { TextSignature } from './text-signature.ts';

/** Dialogs of codex 0.169.0. Single letters are hot-keys in them, so nothing may be typed: `p` alone approves for ever. */
export const CODEX_DIALOGS: readonly DialogSignature[] = [
  { dialog: 'TrustFolder', patterns: [/^ {2}Trust this folder\?/] },
  { dialog: 'HooksReview', patterns: [/^ {2}Hooks need review$/] },
  { dialog: 'Login', patterns: [/^ {2}Choose how you want to use Codex/], state: 'AuthRequired' },
  { dialog: 'Login', patterns: [/^ {2}Sign in another way$/, /\d\. Use an OpenAI API key/], state: 'AuthRequired' },
  { dialog: 'UsageLimitOptions', patterns: [/^ {2}Approaching rate limits$/] },
  { dialog: 'Permission', patterns: [/^ {2}Would you like to .*\?$/] },
  { dialog: 'Other', patterns: [/^[›>] \d\. /] },
];

/** The last line of every codex dialog. */
export const CODEX_DIALOG_FOOTER =
  /^ {2}(?:Press enter to (?:confirm|continue)|Press esc to|enter (?:select|continue|confirm) ·|esc (?:back|cancel))/i;

/** What codex prints after `■`, which no message can begin with. */
export const CODEX_FAILURES: readonly TextSignature[] = [
  { pattern: /^You['’]ve hit your usage limit/, state: 'UsageLimited' },
  { pattern: /\b401 Unauthorized\b|Incorrect API key|not logged in/i, state: 'AuthRequired' },
  { pattern: /ran out of room in the model['’]s context window/, state: 'ApiError', cause: 'ContextFull' },
  { pattern: /\b429\b/, state: 'ApiError', cause: 'RateLimit' },
  { pattern: /interrupted/i, state: 'Idle', cause: 'Interrupted' },
  { pattern: /^/, state: 'ApiError', cause: 'ServerError' },
];

/** `try again at 3:05 PM`; without a time codex says `try again later`, which tells nothing. */
export const CODEX_RESET = /try again (?:at|in) ([^.]+)/i;
