import type { DialogAnswers } from './dialog-answer.ts';

/**
 * Answers to the dialogs of codex 0.169.0. The selected option carries `›`. The offer to switch models at a usage limit
 * is closed, never confirmed: its first option switches.
 */
export const CODEX_ANSWERS: DialogAnswers = {
  TrustFolder: { Yes: { option: /^› \d\. Trust and continue/m } },
  HooksReview: {
    Yes: { option: /^› \d\. Trust all and continue/m },
    No: { option: /^› \d\. Continue without trusting/m },
  },
  UsageLimitOptions: { Close: { key: 'Escape' } },
};
