import { z } from 'zod';

import { Duration, Line, RepositoryPath, Size } from './fields.ts';
import { Prompt } from './prompt.ts';

/** Answers to start-up dialogs that ccci may give by itself. */
export const DialogAnswer = z.strictObject({
  dialog: z
    .string()
    .regex(/^[A-Z][A-Za-z]*$/, 'must be one word such as TrustFolder')
    .describe('Which dialog.'),
  answer: z.enum(['Yes', 'No']).describe('Answer to give.'),
});

const Ownership = z.strictObject({
  path: RepositoryPath.describe('File or pattern that only this agent writes.'),
  section: Line.optional().describe('Heading of the only part that it writes.'),
});

const Author = z.strictObject({
  name: Line.describe('Name in its commits.'),
  email: z
    .string()
    .regex(/^[^@\s]+@[^@\s]+$/, 'must be an e-mail address')
    .describe('E-mail address in its commits.'),
});

const UsageLimit = z.strictObject({
  resume: z.enum(['Automatic', 'Manual']).optional().describe('Who resumes the agent when the limit resets.'),
  jitter: Duration.optional().describe('Spread over which agents of one account resume.'),
  priority: z.int('must be a whole number').optional().describe('Higher resumes first.'),
});

const SpendingLimit = z.strictObject({
  usd: z.number().min(0, 'must be at least 0').describe('US dollars that may be spent.'),
  per: Duration.describe('Time in which they are counted.'),
});

/** Fields of an agent that a later version acts on; this version refuses them, so they have no defaults. */
export const agentLater = {
  context: z
    .strictObject({
      compactAt: z
        .int('must be a whole number')
        .min(1, 'must be 1 to 99')
        .max(99, 'must be 1 to 99')
        .describe('Percent.'),
    })
    .optional()
    .describe('Compact the conversation when its context is this full.'),
  usageLimit: UsageLimit.optional().describe('What to do when a usage limit is reached.'),
  inbox: RepositoryPath.optional().describe('File in the pushed tree whose appearance pings the agent.'),
  wake: z
    .strictObject({ every: Duration.describe('Time between wakes.'), prompt: Prompt.describe('What is typed.') })
    .optional()
    .describe('Wake the agent regularly while its session is up.'),
  onPromptChange: z
    .enum(['Ping', 'Restart', 'Ignore'])
    .optional()
    .describe('What a changed prompt does to a live session.'),
  owns: z.array(Ownership).optional().describe('Files that only this agent writes.'),
  author: Author.optional().describe('Who its commits are by.'),
  budget: SpendingLimit.optional().describe('Spending after which the agent is held.'),
  may: z
    .array(z.enum(['RestartVM', 'ApproveRecreate', 'AdvancePhase', 'EditPrompts', 'EditManifests']))
    .optional()
    .describe('What the agent itself may order.'),
  runAs: z
    .string()
    .regex(/^[a-z_][-a-z0-9_]*$/, 'must be the name of a Unix user')
    .optional()
    .describe("Unix user of the session. Default: the controller's user."),
  resources: z
    .strictObject({ memoryMax: Size.optional().describe('Most memory that it may use.') })
    .optional()
    .describe('Limits.'),
};

/** Fields of an agent with mode Scheduled. */
export const agentSchedule = {
  schedule: z
    .string()
    .regex(/^\S+( +\S+){4}$/, 'must be a cron line of five fields, such as "0 2 * * 0"')
    .optional()
    .describe('When it runs, as a cron line.'),
  timeZone: Line.optional().describe('Time zone of the schedule.'),
  startingDeadline: Duration.optional().describe('How late a missed run may still start.'),
  concurrencyPolicy: z
    .enum(['Forbid', 'Replace'])
    .optional()
    .describe('What happens when the last run is still going.'),
};
