import { z } from 'zod';

import { Timestamp } from './fields.ts';

const UsageLimitReport = z.looseObject({
  since: Timestamp.describe('When its program said so.'),
  until: Timestamp.optional().describe('When the limit resets, as its program says; absent when it does not say.'),
  resumedFor: Timestamp.optional().describe('End of a limit after which it was told to go on, once.'),
  resumedAt: Timestamp.optional().describe('When it was told.'),
  busySince: Timestamp.optional().describe('Since when it is at work again.'),
});

const DialogTries = z.looseObject({
  name: z.string().describe('Which dialog.'),
  incarnation: z.string().optional().describe('Launch that shows it.'),
  tries: z.int().min(0).describe('How often it was answered.'),
});

const ApiErrorStatus = z.looseObject({
  since: Timestamp.describe('When the first of them was seen.'),
  attempts: z.int().min(0).describe('How often the agent was told to try again.'),
  nextAt: Timestamp.describe('When it is told again.'),
});

const Compaction = z.looseObject({
  at: Timestamp.describe('When it was told to compact its conversation last.'),
  incarnation: z.string().optional().describe('Launch that was told.'),
  failures: z.int().min(0).describe('How often that did not help.'),
  isConfirmed: z.boolean().optional().describe('Whether the last one was seen to happen.'),
  isFullSince: Timestamp.optional().describe('Since when its program says that the context is full.'),
});

const Refusal = z.looseObject({
  launch: z.string().describe('What it was launched with, as a short hash.'),
  generation: z.int().optional().describe('Generation of the manifest that it was launched by.'),
  message: z.string().describe('What its program said.'),
});

const Conversation = z.looseObject({
  id: z.string().describe('Identity that its program gives it.'),
  file: z.string().optional().describe('File that keeps it.'),
});

const Spending = z.looseObject({
  windowStart: Timestamp.describe('When the window of the budget began.'),
  usd: z.number().describe('US dollars in this window.'),
  tokens: z.number().describe('Tokens in this window.'),
  counter: z
    .looseObject({
      key: z.string().describe('Launch and conversation that it counts for.'),
      usd: z.number().describe('US dollars.'),
      tokens: z.number().describe('Tokens.'),
      carriedUsd: z.number().optional().describe('US dollars of the life before, until this one has told any.'),
      keptUsd: z.number().optional().describe('US dollars that an orderly end had kept when they were taken up.'),
    })
    .optional()
    .describe('What its program had counted for this conversation when it was last looked at.'),
  spentSince: Timestamp.optional().describe('Since when the budget is spent.'),
});

/** What an agent's status keeps of limits, errors, dialogs, conversations and money. */
export const agentLimitsStatus = {
  usageLimit: UsageLimitReport.optional().describe('The usage limit that it has met and not yet got over.'),
  workedAt: Timestamp.optional().describe('When it was last seen to have got over a usage limit.'),
  dialog: DialogTries.optional().describe('Start-up dialog that was answered.'),
  readyIncarnation: z.string().optional().describe('Launch that has come as far as its first turn.'),
  apiError: ApiErrorStatus.optional().describe('Errors of the model provider that its program gave up on.'),
  compaction: Compaction.optional().describe('The last compaction of its conversation.'),
  refusal: Refusal.optional().describe('A launch that its program refused: not repeated until something changes.'),
  conversation: Conversation.optional().describe('Conversation that is open in its program, or was last.'),
  spending: Spending.optional().describe('What it has spent.'),
};
