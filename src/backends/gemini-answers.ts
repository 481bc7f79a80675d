import type { DialogAnswers } from './dialog-answer.ts';

/**
 * Answers to the dialogs of gemini 0.61.0. The selected option carries `●`. The menu at a usage limit does not take Escape,
 * and its first option may switch the model: it is left by its last one, which ends the turn.
 */
export const GEMINI_ANSWERS: DialogAnswers = {
  TrustFolder: {
    Yes: { option: /^\s*│\s*● \d\. Trust folder\b/m },
    No: { option: /^\s*│\s*● \d\. Don't trust\b/m },
  },
  UsageLimitOptions: { Close: { option: /^\s*│\s*● \d\. Stop\b/m } },
};
