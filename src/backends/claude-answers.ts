import type { DialogAnswers } from './dialog-answer.ts';

/** Answers to the dialogs of claude 2.1.197. The selected option carries `❯`; which one that is at first differs from dialog to dialog. */
export const CLAUDE_ANSWERS: DialogAnswers = {
  TrustFolder: { Yes: { option: /^\s*❯ \d\. Yes, I trust this folder/m }, No: { option: /^\s*❯ \d\. No, exit/m } },
  BypassPermissions: { Yes: { option: /^\s*❯ \d\. Yes, I accept/m }, No: { option: /^\s*❯ \d\. No, exit/m } },
  ApiKey: { Yes: { option: /^\s*❯ \d\. Yes\b/m }, No: { option: /^\s*❯ \d\. No\b/m } },
  Theme: { Yes: { key: 'Enter' } },
  SecurityNotes: { Yes: { key: 'Enter' } },
  Settings: { Yes: { option: /^\s*❯ \d\. Continue\b/m }, No: { option: /^\s*❯ \d\. Exit and fix manually/m } },
  ResumeSummary: {
    Yes: { option: /^\s*❯ \d\. Resume from summary/m },
    No: { option: /^\s*❯ \d\. (?:Resume )?[Ff]ull\b/m },
  },
  UsageLimitOptions: { Close: { key: 'Escape' } },
};
