import { z } from 'zod';

import { CronLine } from './agent-messages.ts';
import { Duration, Line, Size } from './fields.ts';

/** Fields of an agent that a later version acts on; this version refuses them, so they have no defaults. */
export const agentLater = {
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
  schedule: CronLine.optional().describe('When it runs, as a cron line.'),
  timeZone: Line.optional().describe('Time zone of the schedule.'),
  startingDeadline: Duration.optional().describe('How late a missed run may still start.'),
  concurrencyPolicy: z
    .enum(['Forbid', 'Replace'])
    .optional()
    .describe('What happens when the last run is still going.'),
};
