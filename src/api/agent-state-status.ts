import { z } from 'zod';

import { Timestamp } from './fields.ts';

/** What an agent is doing, as it was last told. Written when the state itself changes, not when it only goes on. */
export const AgentStateStatus = z.looseObject({
  name: z.string().describe('The state, one word: Starting, Busy, Idle, WaitingDeclared, AwaitingInput, ...'),
  cause: z.string().optional().describe('A finer word, such as RateLimit.'),
  dialog: z.string().optional().describe('The dialog that is open.'),
  until: Timestamp.optional().describe('When the state ends by itself.'),
  percent: z.int().min(0).optional().describe('How full its context is, in steps of 5 percent.'),
  evidence: z.string().describe('The event or the line of the screen that showed it first.'),
  source: z
    .enum(['Kernel', 'Signals', 'Screen', 'Both'])
    .describe('Who said so: its own signals, its screen, or both.'),
  since: Timestamp.describe('Since when the state has this name.'),
  contradiction: z.string().optional().describe('What its signals and its screen say when they differ.'),
  contradictionSince: Timestamp.optional().describe('Since when they differ.'),
  limits: z.record(z.string(), Timestamp).optional().describe('Ends of usage windows that its program has told.'),
  isHeard: z.boolean().optional().describe('Whether its own channels have spoken in this launch.'),
  version: z.string().optional().describe('Version that its program gives itself.'),
});
export type AgentStateStatus = z.infer<typeof AgentStateStatus>;
