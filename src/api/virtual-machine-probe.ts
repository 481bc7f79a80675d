import { z } from 'zod';

import { Argv, Duration, Line, LocalPath, Name, Port, PositiveCount, Timestamp } from './fields.ts';
import { exactlyOneOf } from './rule.ts';

const Host = z.string().regex(/^[A-Za-z0-9_:[][-A-Za-z0-9_.:\]]*$/, 'must be a host name or an address');

const Ssh = z.strictObject({
  host: Host.describe('Host name or address; no ssh configuration is read.'),
  user: z
    .string()
    .regex(/^[A-Za-z_][-A-Za-z0-9_.]*$/, 'must be a user name')
    .optional()
    .describe('User to log in as.'),
  port: Port.optional().describe('Port of the ssh server.'),
  keyFile: LocalPath.optional().describe('Private key.'),
  command: Argv.optional().describe('Program and arguments that must end with 0 over there. Default: true.'),
});

const Http = z.strictObject({
  url: z
    .string()
    .regex(/^https?:\/\/\S+$/, 'must be an address such as http://192.0.2.1/health')
    .describe('Address that is asked for.'),
  status: z
    .int('must be a whole number')
    .min(100, 'must be an HTTP status, 100 to 599')
    .max(599, 'must be an HTTP status, 100 to 599')
    .optional()
    .describe('Status that counts as healthy. Default: any of 200 to 399.'),
  bodyMatch: Line.refine(isPattern, 'must be a regular expression')
    .optional()
    .describe('Regular expression that must match in the first 64 KiB of the answer.'),
  caFile: LocalPath.optional().describe('Certificate of the server, or of the authority that signed it, as PEM.'),
  certificateDays: PositiveCount.optional().describe(
    'Days that the certificate which is served must still be valid; for https.',
  ),
});

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

/** One regular question whether the machine is healthy. */
export const VirtualMachineProbe = z
  .strictObject({
    name: Name.describe('Name of the probe, unique in the machine.'),
    incus: z.strictObject({}).optional().describe('The server says that the instance runs.'),
    agent: z.strictObject({}).optional().describe('The Incus agent in the instance answers.'),
    ssh: Ssh.optional().describe('An ssh login works.'),
    tcp: z
      .strictObject({ host: Host.describe('Host name or address.'), port: Port.describe('Port.') })
      .optional()
      .describe('A port accepts connections.'),
    http: Http.optional().describe('A page answers.'),
    period: Duration.default('30s').describe('Time between two questions.'),
    timeout: Duration.default('10s').describe('Time that the answer has.'),
    failureThreshold: PositiveCount.default(3).describe('Failures in a row that count as unhealthy.'),
    successThreshold: PositiveCount.default(1).describe('Successes in a row that count as healthy again.'),
    delay: Duration.default('0s').describe('Time after a start before the first question.'),
  })
  .check(exactlyOneOf('incus', 'agent', 'ssh', 'tcp', 'http'));
export type VirtualMachineProbe = z.infer<typeof VirtualMachineProbe>;

/** What a probe answered last. */
export const ProbeStatus = z.looseObject({
  name: Line.describe('Name of the probe.'),
  ok: z.boolean().describe('Whether the last answer was healthy.'),
  failures: z.int().min(0).describe('Failures in a row.'),
  successes: z.int().min(0).describe('Successes in a row.'),
  lastAt: Timestamp.describe('When it was asked last.'),
  message: z.string().describe('What it answered.'),
});
export type ProbeStatus = z.infer<typeof ProbeStatus>;
