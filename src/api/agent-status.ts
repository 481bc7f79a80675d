import { z } from 'zod';

import { agentLimitsStatus } from './agent-limits-status.ts';
import { AgentStateStatus } from './agent-state-status.ts';
import { Conditions } from './condition.ts';
import { Timestamp } from './fields.ts';
import { Operation } from './operation.ts';

/** What a session was launched with; compared field by field, a field that it lacks is filled in and is not drift. */
export const LaunchRecord = z.looseObject({
  version: z.int().describe('Format of the record.'),
  argv: z.array(z.string()).describe('Program and arguments, without the prompt.'),
  cwd: z.string().describe('Working folder.'),
  model: z.string().optional().describe('Model.'),
  phaseId: z.string().optional().describe('Phase that the prompt was rendered for.'),
  promptHash: z.string().describe("Hash of the prompt's template."),
  planHash: z.string().optional().describe("Hash of the phase's plan and references."),
  envNames: z.record(z.string(), z.string()).describe('Names of its variables with a hash of each value.'),
  author: z.string().optional().describe('Who its commits are by.'),
  backend: z.string().describe('Type of the backend.'),
});
export type LaunchRecord = z.infer<typeof LaunchRecord>;

/** The tmux session of an agent, by ids that do not change when somebody renames it. */
export const SessionStatus = z.looseObject({
  name: z.string().describe('Name when it was last seen.'),
  id: z.string().describe('Id in tmux, such as $3.'),
  paneId: z.string().describe('Id of the pane in tmux, such as %5.'),
  panePid: z.int().describe('Process id of the agent.'),
  paneStartTime: z.int().describe('Start time of that process, which tells it from a later one.'),
  serverPid: z.int().describe('Process id of the tmux server.'),
});
export type SessionStatus = z.infer<typeof SessionStatus>;

const Restart = z.looseObject({
  at: Timestamp.describe('When.'),
  reason: z.string().describe('Why, one word.'),
  message: z.string().describe('Why, one sentence.'),
  counted: z.boolean().describe('Whether it used the restart budget.'),
});

const Restarts = z.looseObject({
  count: z.int().min(0).describe('Restarts since the agent was made.'),
  recent: z.array(Restart).describe('The last restarts, newest last.'),
  nextAt: Timestamp.optional().describe('When the next start is due.'),
});

const LastExit = z.looseObject({
  at: Timestamp.describe('When it was seen.'),
  status: z.int().optional().describe('Exit status.'),
  signal: z.int().optional().describe('Signal that ended it.'),
  reason: z.string().describe('What kind of exit it was, one word.'),
  message: z.string().optional().describe('What kind of exit it was, one sentence.'),
  screen: z.string().optional().describe('Last lines of the screen.'),
});

const Stall = z.looseObject({
  since: Timestamp.describe('Since when it is stalled.'),
  step: z.enum(['Nudged', 'Interrupted']).describe('Last thing that was tried.'),
  stepAt: Timestamp.describe('When that was tried.'),
});

const PhaseWait = z.looseObject({
  phaseId: z.string().describe('Phase whose prompt it is to get.'),
  since: Timestamp.describe('When it was first seen at work on another one.'),
  interruptedAt: Timestamp.optional().describe('When its turn was interrupted for it.'),
});

const Messages = z.looseObject({
  waiting: z.int().min(1).describe('How many messages wait for it.'),
  since: Timestamp.describe('Since when they wait for this reason.'),
  reason: z.string().describe('What they wait for, one word.'),
});

const Wake = z.looseObject({
  since: Timestamp.describe('Since when the agent is known to be woken regularly.'),
  lastAt: Timestamp.optional().describe('When the last wake was made, or left out.'),
  name: z.string().optional().describe('Message of the last wake.'),
  incarnation: z.string().optional().describe('Launch that the last wake was for.'),
  answeredAt: Timestamp.optional().describe('When the turn that the last wake began was seen to be over.'),
  skipped: z.int().min(0).describe('How many wakes were left out because the one before was unanswered.'),
  toldEnd: z.string().optional().describe('Completion of the sequence of which the last wake told.'),
});

const PromptTold = z.looseObject({
  incarnation: z.string().describe('Launch that this is about.'),
  version: z.string().describe('Version of prompt, plan and references that it knows.'),
  count: z.int().min(0).describe('How often it was told of another one.'),
});

/** What is known about an agent. */
export const AgentStatus = z.looseObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that this status is about.'),
  conditions: Conditions,
  incarnation: z.string().optional().describe('Identity of this launch.'),
  session: SessionStatus.optional().describe('Its tmux session.'),
  launch: LaunchRecord.optional().describe('What it was launched with.'),
  startedAt: Timestamp.optional().describe('When this launch was.'),
  restarts: Restarts.optional().describe('Restarts so far.'),
  lastExit: LastExit.optional().describe('How the last session ended.'),
  state: AgentStateStatus.optional().describe('What it is doing.'),
  stall: Stall.optional().describe('What was tried against a stall.'),
  phaseWait: PhaseWait.optional().describe('A turn that is left to finish before the next phase.'),
  leftoverSince: Timestamp.optional().describe('Since when a process of an earlier launch is being ended.'),
  handOffs: z
    .enum(['Acknowledged', 'AtLeastOnce'])
    .optional()
    .describe('Whether its program shows that it took a message, or one may be typed again after a crash.'),
  messages: Messages.optional().describe('Messages that it can not be told now.'),
  wake: Wake.optional().describe('Its regular wakes.'),
  promptTold: PromptTold.optional().describe('What the running session knows of its prompt and plan.'),
  waitingUntil: Timestamp.optional().describe('Time of its declared wait.'),
  ...agentLimitsStatus,
  operation: Operation.optional().describe('Act in progress.'),
});
export type AgentStatus = z.infer<typeof AgentStatus>;
