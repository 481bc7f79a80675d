import type { DialogSignature } from './dialog-signature.ts';

/**
 * Dialogs of claude 2.1.197 as captured, `ResumeSummary` from its strings only. A bare Enter is never harmless here: it
 * leaves at the bypass warning, declines an API key, approves a command. Lines of the conversation are indented by two
 * columns or more, so patterns with at most one leading blank can not be met by something that the agent wrote.
 */
export const CLAUDE_DIALOGS: readonly DialogSignature[] = [
  { dialog: 'TrustFolder', patterns: [/^\s*Accessing workspace:/, /\d\. Yes, I trust this folder/] },
  { dialog: 'BypassPermissions', patterns: [/running in Bypass Permissions mode/, /\d\. Yes, I accept/] },
  { dialog: 'ApiKey', patterns: [/^\s*Detected a custom API key in your environment/] },
  { dialog: 'Settings', patterns: [/^\s*Settings (?:Error|Warning)$/] },
  { dialog: 'ResumePicker', patterns: [/^\s*Resume session$/, /⌕/] },
  { dialog: 'ResumeSummary', patterns: [/\d\. Resume from summary/] },
  { dialog: 'UsageLimitOptions', patterns: [/\d\. Stop and wait for limit to reset/], state: 'UsageLimited' },
  { dialog: 'Permission', patterns: [/^\s*Do you want to .*\?$/, /^\s*❯ \d\. /] },
  { dialog: 'Question', patterns: [/^Enter to select\b/] },
  { dialog: 'Other', patterns: [/(?:Enter to (?:confirm|select|continue)|Esc to cancel)/, /❯ /] },
];

/** Dialogs of the first start, which has no rule above them: known by their place in the first or second column. */
export const CLAUDE_ONBOARDING: readonly DialogSignature[] = [
  { dialog: 'Theme', patterns: [/^ ?Choose the text style that looks best/] },
  { dialog: 'Login', patterns: [/^ ?Select login method:/], state: 'AuthRequired' },
  { dialog: 'Login', patterns: [/^ ?Paste code here if prompted/], state: 'AuthRequired' },
  { dialog: 'Login', patterns: [/^ ?OAuth error:/], state: 'AuthRequired' },
  { dialog: 'SecurityNotes', patterns: [/^ ?Security notes:/, /^ ?Press Enter to continue/] },
];
