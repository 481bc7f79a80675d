import type { DialogAnswers } from './dialog-answer.ts';

/** Answers to the dialogs of gemini 0.61.0. The selected option carries `●`. */
export const GEMINI_ANSWERS: DialogAnswers = {
  TrustFolder: {
    Yes: { option: /^\s*│\s*● \d\. Trust folder\b/m },
    No: { option: /^\s*│\s*● \d\. Don't trust\b/m },
  },
};
