import { z } from 'zod';

import { Author } from './agent-author.ts';
import { AgentBackend } from './agent-backend.ts';
import { EnvironmentVariable } from './agent-environment.ts';
import { checkGuards, Context, SpendingLimit, Startup, UsageLimit } from './agent-guards.ts';
import { agentLater, agentSchedule } from './agent-later.ts';
import { agentMessages, checkInbox } from './agent-messages.ts';
import { AgentLiveness, AgentRestart } from './agent-liveness.ts';
import { Ownership } from './agent-ownership.ts';
import type { AgentStatus } from './agent-status.ts';
import { LocalPath, Name, Ref, Suspend } from './fields.ts';
import type { ApiObject, With } from './object.ts';
import { Prompt } from './prompt.ts';
import { distinctNames, rule } from './rule.ts';

export { AgentStatus } from './agent-status.ts';

/** How an agent runs. */
export const AgentMode = z.enum(['Loop', 'Interactive', 'OneShot', 'Scheduled']);
export type AgentMode = z.infer<typeof AgentMode>;

const SESSION_RULE =
  'must be a tmux session name: no ".", ":", "#", "$" or "\\", no control characters, and no "=" at the beginning';

const Session = z.string().regex(/^[^.:#\\$=\x00-\x1f\x7f][^.:#\\$\x00-\x1f\x7f]{0,199}$/, SESSION_RULE);

const Dependency = z.strictObject({
  kind: z.enum(['Agent', 'Repository', 'Phase', 'VirtualMachine']).describe('Kind of the object.'),
  name: Name.describe('Name of the object.'),
});

const fields = {
  description: z.string().optional().describe('What the agent is for.'),
  suspend: Suspend,
  mode: AgentMode.describe(
    'Loop: kept running. Interactive: a person starts it; ccci never starts, restarts or stops it. OneShot: runs when dispatched. Scheduled: runs by a schedule.',
  ),
  session: Session.optional().describe('Name of its tmux session, unique. Default: metadata.name.'),
  adopt: z.boolean().default(false).describe('Take over a session of that name that ccci did not start.'),
  workdir: LocalPath.describe('Working folder. Two agents may share one only if neither has a repositoryRef.'),
  repositoryRef: Ref.optional().describe(
    'Repository to clone into workdir when it is missing; a clone is never overwritten.',
  ),
  sequence: Name.optional().describe('Run only while this sequence has an open phase.'),
  dependsOn: z
    .array(Dependency)
    .default([])
    .describe('Objects that must be Ready before a start; a healthy agent is not stopped when one fails.'),
  backend: AgentBackend.describe('Which program it is and how it is started.'),
  prompt: Prompt.optional().describe('What it is told at each start.'),
  env: z.array(EnvironmentVariable).default([]).describe('Variables of its environment.'),
  envFiles: z
    .array(LocalPath)
    .default([])
    .describe('Files of KEY=value lines, read as a shell would read them but not executed.'),
  startup: Startup.prefault({}).describe('What happens between launch and the first turn.'),
  liveness: AgentLiveness.prefault({}).describe('How a stalled agent is recognised.'),
  owns: z
    .array(Ownership)
    .default([])
    .describe('Files that only this agent writes: a commit of another agent to them is reported. Needs author.'),
  restart: AgentRestart.prefault({}).describe('How often and how fast it is restarted.'),
  context: Context.prefault({}).describe('When its conversation is compacted.'),
  usageLimit: UsageLimit.prefault({}).describe('What happens when the usage limit of its account is reached.'),
  budget: SpendingLimit.optional().describe(
    'Spending after which the agent ends its turn and is held until the window is over or `ccci resume` lifts it.',
  ),
  ...agentMessages,
  author: Author.optional().describe(
    'Who its commits are by: set in the environment of its session. Agents with distinct e-mail addresses are told apart at gates.',
  ),
  ...agentLater,
  ...agentSchedule,
};

type Shape = z.infer<z.ZodObject<typeof fields>>;

/** An autonomous coding agent in a tmux session of its own. */
export const AgentSpec = z
  .strictObject(fields)
  .check(
    rule(['mode', 'prompt', 'backend'], checkPrompt),
    rule(['mode', 'schedule', 'timeZone', 'startingDeadline', 'concurrencyPolicy'], checkSchedule),
    rule(['dependsOn'], checkDependencies),
    rule(['inbox', 'repositoryRef'], checkInbox),
    rule(['backend', 'startup', 'budget'], checkGuards),
    distinctNames('env'),
  );
export type AgentSpec = z.infer<typeof AgentSpec>;

/** The spec of an agent with the defaults that depend on other fields. */
export type CompleteAgentSpec = With<Omit<AgentSpec, 'backend' | 'liveness'>, 'session'> & {
  backend: With<AgentBackend, 'account'>;
  liveness: With<AgentLiveness, 'wakeAtMarker'>;
};

/** An agent with all defaults. */
export type AgentObject = ApiObject<'Agent', CompleteAgentSpec, AgentStatus>;

function checkPrompt({ mode, prompt, backend }: Shape) {
  const needed = (mode === 'Loop' || mode === 'Scheduled') && backend.type !== 'command';
  return needed && prompt === undefined
    ? [{ path: ['prompt'], rule: `must be set for mode ${mode}, with either file or inline` }]
    : [];
}

function checkSchedule(spec: Shape) {
  if (spec.mode === 'Scheduled') {
    return spec.schedule === undefined
      ? [{ path: ['schedule'], rule: 'must be set for mode Scheduled, such as "0 2 * * 0"' }]
      : [];
  }
  const set = (['schedule', 'timeZone', 'startingDeadline', 'concurrencyPolicy'] as const).filter(
    (field) => spec[field] !== undefined,
  );
  return set.map((field) => ({
    path: [field],
    rule: `must not be set for mode ${spec.mode}: it is for mode Scheduled`,
  }));
}

function checkDependencies({ dependsOn }: Shape) {
  return dependsOn.flatMap(({ kind, name }, index) =>
    dependsOn.findIndex((other) => other.kind === kind && other.name === name) < index
      ? [{ path: ['dependsOn', index], rule: `must be unique; ${kind}/${name} is there twice` }]
      : [],
  );
}
