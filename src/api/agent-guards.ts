import { z } from 'zod';

import type { AgentBackend } from './agent-backend.ts';
import { Duration, PositiveCount } from './fields.ts';
import { rule } from './rule.ts';
import { STARTUP_DIALOGS, STARTUP_DIALOGS_OF, type StartupDialog } from './startup-dialogs.ts';

const DIALOG_NAMES = Object.keys(STARTUP_DIALOGS) as [StartupDialog, ...StartupDialog[]];

const DialogAnswer = z.strictObject({
  dialog: z.enum(DIALOG_NAMES, `must be one of ${DIALOG_NAMES.join(', ')}`).describe('Which dialog.'),
  answer: z.enum(['Yes', 'No']).describe('Answer to give.'),
});

/** What happens between launch and the first turn. */
export const Startup = z
  .strictObject({
    timeout: Duration.default('60s').describe('Time that the program has to become ready.'),
    answers: z
      .array(DialogAnswer)
      .default([])
      .describe('Dialogs that ccci answers before the first turn; any other waits for a person.'),
  })
  .check(
    rule(['answers'], ({ answers }) =>
      answers.flatMap(({ dialog }, index) =>
        answers.findIndex((other) => other.dialog === dialog) < index
          ? [{ path: ['answers', index, 'dialog'], rule: `must be unique; ${dialog} is there twice` }]
          : [],
      ),
    ),
  );

/** When the conversation is compacted. */
export const Context = z.strictObject({
  compactAt: z
    .int('must be a whole number')
    .min(1, 'must be 1 to 99')
    .max(99, 'must be 1 to 99')
    .default(85)
    .describe('Percent of its context at which an idle agent compacts its conversation.'),
});

/** What happens when the usage limit of the account is reached and when it resets. */
export const UsageLimit = z.strictObject({
  resume: z
    .enum(['Automatic', 'Manual'])
    .default('Automatic')
    .describe('Automatic: the agent goes on when the limit resets. Manual: `ccci resume` lets it go on.'),
  jitter: Duration.default('30s').describe('Spread over which agents of one account and one priority resume.'),
  priority: z.int('must be a whole number').default(0).describe('Higher resumes first.'),
});

/** How much an agent may spend. */
export const SpendingLimit = z
  .strictObject({
    usd: z.number().positive('must be above 0').optional().describe('US dollars, as its program counts them.'),
    tokens: PositiveCount.optional().describe('Tokens, input and output together.'),
    per: Duration.describe('Time in which they are counted.'),
  })
  .check(
    rule(['usd', 'tokens'], ({ usd, tokens }) =>
      usd === undefined && tokens === undefined ? [{ path: [], rule: 'must have usd, tokens, or both' }] : [],
    ),
  );

/** Programs that tell what they have spent, and in what. */
const COUNTS: Readonly<Record<AgentBackend['type'], readonly ('usd' | 'tokens')[]>> = {
  claude: ['usd', 'tokens'],
  codex: ['tokens'],
  gemini: ['tokens'],
  opencode: ['usd', 'tokens'],
  command: [],
};

type Guarded = {
  readonly backend: AgentBackend;
  readonly startup: z.infer<typeof Startup>;
  readonly budget?: z.infer<typeof SpendingLimit> | undefined;
};

/** Guards that the agent's program can never serve: they would be accepted and inert. */
export function checkGuards({ backend, startup, budget }: Guarded) {
  const { type } = backend;
  const dialogs = startup.answers.flatMap(({ dialog }, index) =>
    STARTUP_DIALOGS_OF[type].includes(dialog)
      ? []
      : [{ path: ['startup', 'answers', index, 'dialog'], rule: dialogRule(type) }],
  );
  const units = (['usd', 'tokens'] as const).filter((unit) => budget?.[unit] !== undefined);
  return [
    ...dialogs,
    ...units.flatMap((unit) =>
      COUNTS[type].includes(unit) ? [] : [{ path: ['budget', unit], rule: budgetRule(type, unit) }],
    ),
  ];
}

function dialogRule(type: AgentBackend['type']): string {
  const known = STARTUP_DIALOGS_OF[type];
  return known.length === 0
    ? `must not be set for type ${type}: no answer to a dialog of it is known`
    : `must be one that type ${type} shows: ${known.join(', ')}`;
}

function budgetRule(type: AgentBackend['type'], unit: 'usd' | 'tokens'): string {
  return `must not be set for type ${type}: it never tells its ${unit === 'usd' ? 'cost' : 'tokens'}, so they can not be counted`;
}
