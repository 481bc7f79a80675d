import { z } from 'zod';

import { Argv, Line, Name } from './fields.ts';
import { atMostOneOf, rule } from './rule.ts';

/** The agent programs that ccci knows; `command` is any program. */
export const BackendType = z.enum(['claude', 'codex', 'opencode', 'gemini', 'command']);
export type BackendType = z.infer<typeof BackendType>;

const RemoteControl = z.strictObject({
  enabled: z.boolean().default(false).describe('Let a person watch and steer the session from a browser.'),
  name: Line.optional().describe('Name that the browser shows. Default: the session.'),
});

const Resume = z
  .strictObject({
    name: Line.optional().describe('Name of the conversation to resume.'),
    id: z.uuid('must be a UUID').optional().describe('Identity of the conversation to resume.'),
  })
  .check(atMostOneOf('name', 'id'));

const fields = {
  type: BackendType.describe('Agent program.'),
  model: Line.optional().describe("Model, in the program's own words. Default: what the program chooses."),
  permissions: z
    .enum(['Bypass', 'Ask'])
    .default('Ask')
    .describe('Whether the program asks a person before it runs tools (Ask), or never (Bypass).'),
  remoteControl: RemoteControl.prefault({}).describe('Remote control from a browser.'),
  resume: Resume.optional().describe(
    "Conversation to resume at the first start. Default: the agent's own last one where that is safe, else a fresh one.",
  ),
  account: Name.optional().describe("Agents of one account share a usage limit. Default: the backend's type."),
  args: z.array(z.string()).default([]).describe('More arguments for the program, one per item.'),
  command: Argv.optional().describe('Program and arguments, for type command.'),
};

/** Which program an agent is and how it is started. */
export const AgentBackend = z
  .strictObject(fields)
  .check(
    rule(['type', 'command'], checkCommand),
    rule(['type', 'model', 'resume', 'remoteControl'], checkProgramFields),
  );
export type AgentBackend = z.infer<typeof AgentBackend>;

type Shape = z.infer<z.ZodObject<typeof fields>>;

function checkCommand({ type, command }: Shape) {
  if (type === 'command' && command === undefined) {
    return [{ path: ['command'], rule: 'must be set for type command, such as [./agent.sh]' }];
  }
  if (type !== 'command' && command !== undefined) {
    return [{ path: ['command'], rule: `must not be set for type ${type}: it is for type command` }];
  }
  return [];
}

function checkProgramFields({ type, model, resume, remoteControl }: Shape) {
  const findings = [];
  if (type === 'command' && model !== undefined) {
    findings.push({ path: ['model'], rule: 'must not be set for type command: give the program an argument instead' });
  }
  if (type === 'command' && resume !== undefined) {
    findings.push({ path: ['resume'], rule: 'must not be set for type command: it has no conversation to resume' });
  }
  if (type !== 'claude' && remoteControl.enabled) {
    findings.push({
      path: ['remoteControl', 'enabled'],
      rule: `must be false for type ${type}: only claude has remote control`,
    });
  }
  return findings;
}
