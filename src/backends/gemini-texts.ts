import type { DialogSignature } from './dialog-signature.ts';
import type { TextSignature } from './text-signature.ts';

/** Dialogs of gemini 0.61.0; they stand in a frame at the end of the screen. */
export const GEMINI_DIALOGS: readonly DialogSignature[] = [
  { dialog: 'TrustFolder', patterns: [/Do you trust the files in this folder\?/] },
  { dialog: 'Login', patterns: [/How would you like to authenticate/], state: 'AuthRequired' },
  { dialog: 'UsageLimitOptions', patterns: [/Usage limit reached/], state: 'UsageLimited' },
  { dialog: 'Permission', patterns: [/Allow execution of|Apply this change\?|Do you want to proceed\?/] },
  { dialog: 'Other', patterns: [/^\s*│\s*● \d\. /] },
];

/** What gemini prints after `✕`, which no message can begin with. */
export const GEMINI_FAILURES: readonly TextSignature[] = [
  { pattern: /UNAUTHENTICATED|API key not valid|PERMISSION_DENIED/, state: 'AuthRequired' },
  { pattern: /RESOURCE_EXHAUSTED|"code":429|Quota exceeded for/, state: 'ApiError', cause: 'RateLimit' },
  { pattern: /fetch failed|ECONNREFUSED|ENOTFOUND|ETIMEDOUT/, state: 'ApiError', cause: 'Connectivity' },
  { pattern: /^/, state: 'ApiError', cause: 'ServerError' },
];
