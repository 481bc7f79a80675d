import { z } from 'zod';

import { Duration, Line, RepositoryPath } from './fields.ts';
import { Prompt } from './prompt.ts';
import { exactlyOneOf, rule } from './rule.ts';

/** A cron line of five fields. */
export const CronLine = z
  .string()
  .regex(/^\S+( +\S+){4}$/, 'must be a cron line of five fields, such as "0 2 * * 0"')
  .meta({ title: 'cron line' });

const Wake = z
  .strictObject({
    every: Duration.optional().describe('Time from one wake to the next.'),
    schedule: CronLine.optional().describe('Times of the wakes, as a cron line.'),
    timeZone: Line.optional().describe('Time zone of the schedule, such as Europe/Berlin. Default: UTC.'),
    prompt: Prompt.describe('What is typed.'),
  })
  .check(
    exactlyOneOf('every', 'schedule'),
    rule(['schedule', 'timeZone'], ({ schedule, timeZone }) =>
      schedule === undefined && timeZone !== undefined
        ? [{ path: ['timeZone'], rule: 'must not be set without schedule' }]
        : [],
    ),
  );

/** Fields of an agent about what it is told while it runs. */
export const agentMessages = {
  inbox: RepositoryPath.optional().describe(
    'File in the pushed tree for messages to this agent: it is pinged once for each version, and the file is gone when it was read.',
  ),
  wake: Wake.optional().describe(
    'Prompt that is typed regularly while its session is up: never in mid-turn, and left out while the last one is unanswered.',
  ),
  onPromptChange: z
    .enum(['Ping', 'Restart', 'Ignore'])
    .default('Ping')
    .describe(
      'What a changed prompt, plan or reference does to a running session. Ping: it is told to read it again. Restart: it is restarted between turns. Ignore: nothing.',
    ),
};

/** An inbox is a file of the agent's repository. */
export function checkInbox({ inbox, repositoryRef }: { readonly inbox?: unknown; readonly repositoryRef?: unknown }) {
  return inbox !== undefined && repositoryRef === undefined
    ? [{ path: ['inbox'], rule: 'must not be set without repositoryRef: it is a file of that repository' }]
    : [];
}
