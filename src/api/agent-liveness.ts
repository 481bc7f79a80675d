import { z } from 'zod';

import { Duration, Line, PositiveCount } from './fields.ts';
import { parseDurationMs } from './quantity.ts';
import { rule } from './rule.ts';

/** How a healthy agent is told from a stalled one. */
export const AgentLiveness = z.strictObject({
  stallAfter: Duration.default('5m').describe('Idle this long without a declared wait counts as stalled.'),
  waitMarker: Line.default('WAITING-UNTIL:').describe(
    'Text before the ISO 8601 time on the last line of the last message: a declared wait.',
  ),
  maxWait: Duration.default('10m').describe('Longest wait that an agent may declare; a later time counts as this one.'),
  grace: Duration.default('30s').describe("Time that an agent has after the marker's time to go on."),
  wakeAtMarker: z
    .enum(['Agent', 'Controller'])
    .optional()
    .describe(
      "Who wakes the agent at the marker's time: its own timer (Agent), or ccci by a prompt (Controller). Default: Agent for claude and command, otherwise Controller.",
    ),
  wedgedAfter: Duration.default('20m').describe('In mid-turn this long without a sign of any kind counts as wedged.'),
  stepTimeout: Duration.default('60s').describe('Time between nudge, interrupt and restart.'),
  finishWithin: Duration.default('30m').describe(
    'Time that a turn may go on after the next phase has opened; then it is interrupted, and the agent restarted.',
  ),
});
export type AgentLiveness = z.infer<typeof AgentLiveness>;

const Backoff = z
  .strictObject({
    initial: Duration.default('10s').describe('Delay before the first restart that is not immediate.'),
    factor: z
      .number()
      .min(1, 'must be at least 1')
      .max(100, 'must be at most 100')
      .default(2)
      .describe('Growth per restart.'),
    max: Duration.default('5m').describe('Longest delay.'),
    resetAfter: Duration.default('10m').describe('Healthy this long starts again at `initial`.'),
  })
  .check(
    rule(['initial', 'max'], ({ initial, max }) =>
      parseDurationMs(initial) <= parseDurationMs(max)
        ? []
        : [{ path: ['max'], rule: `must be at least initial, which is ${initial}` }],
    ),
  );

const Budget = z.strictObject({
  restarts: PositiveCount.default(5).describe('Restarts that are allowed.'),
  per: Duration.default('30m').describe('Time in which they are counted.'),
});

/** How often and how fast an agent is restarted. */
export const AgentRestart = z.strictObject({
  backoff: Backoff.prefault({}).describe('Growing delay between restarts.'),
  budget: Budget.prefault({}).describe(
    'After this many restarts the agent is Stalled (CrashLoopBackOff) and is tried once per `backoff.max`.',
  ),
});
export type AgentRestart = z.infer<typeof AgentRestart>;
