import { z } from 'zod';

import { Conditions } from './condition.ts';
import { Duration, Line, Ref, Suspend, Timestamp } from './fields.ts';
import type { ApiObject } from './object.ts';
import { Operation } from './operation.ts';
import { Prompt } from './prompt.ts';

/** One run of an agent with mode OneShot or Scheduled, as a Job. */
export const AgentRunSpec = z.strictObject({
  suspend: Suspend,
  agentRef: Ref.describe('Agent that runs.'),
  prompt: Prompt.optional().describe("What it is told. Default: the agent's own prompt."),
  doneMarker: Line.optional().describe(
    'Text at the beginning of a line of its last message that says that the run is complete.',
  ),
  timeout: Duration.optional().describe('Time that the run has.'),
  ttlAfterFinished: Duration.optional().describe('Time that the object is kept after the run.'),
});
export type AgentRunSpec = z.infer<typeof AgentRunSpec>;

/** What is known about a run. */
export const AgentRunStatus = z.looseObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that this status is about.'),
  conditions: Conditions,
  startedAt: Timestamp.optional().describe('When it started.'),
  finishedAt: Timestamp.optional().describe('When it ended.'),
  operation: Operation.optional().describe('Act in progress.'),
});
export type AgentRunStatus = z.infer<typeof AgentRunStatus>;

/** A run with all defaults. */
export type AgentRunObject = ApiObject<'AgentRun', AgentRunSpec, AgentRunStatus>;
