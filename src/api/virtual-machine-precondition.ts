import { z } from 'zod';

import { Argv, Duration, LocalPath, Name } from './fields.ts';
import { exactlyOneOf, rule } from './rule.ts';

const MachinePath = z.string().regex(/^\/[^\x00-\x1f\x7f]*$/, 'must be an absolute path in the machine');
const OwnerId = z.int('must be a whole number').min(0, 'must be at least 0');

const MachineFile = z.strictObject({
  path: MachinePath.describe('File in the machine.'),
  from: LocalPath.describe('File on the controller that it is made from.'),
  mode: z
    .string()
    .regex(/^0[0-7]{3}$/, 'must be an octal mode in quotes, such as "0600"')
    .default('0644')
    .describe('Its mode.'),
  uid: OwnerId.default(0).describe('Numeric user that owns it.'),
  gid: OwnerId.default(0).describe('Numeric group that owns it.'),
});

const MachineLine = z.strictObject({
  path: MachinePath.describe('File in the machine.'),
  from: LocalPath.describe('File on the controller that holds the line.'),
  mode: z
    .string()
    .regex(/^0[0-7]{3}$/, 'must be an octal mode in quotes, such as "0600"')
    .default('0600')
    .describe('Mode of the file where it has to be made.'),
});

/** Something that must be in the machine before anything else can use it. */
export const Precondition = z
  .strictObject({
    name: Name.describe('Name of the step, unique in the machine.'),
    file: MachineFile.optional().describe('A whole file. A newer certificate is never replaced by an older one.'),
    line: MachineLine.optional().describe('One line that must be there; the rest is kept.'),
    command: Argv.optional().describe('Program and arguments to run in the machine.'),
    timeout: Duration.default('5m').describe('Time that the command has.'),
    apply: z
      .enum(['AfterCreate', 'IfMissing', 'Enforce'])
      .default('AfterCreate')
      .describe(
        'AfterCreate: once for each disk. IfMissing: whenever the file or the line is not there. Enforce: whenever content, mode or owner differ.',
      ),
  })
  .check(
    exactlyOneOf('file', 'line', 'command'),
    rule(['command', 'apply'], ({ command, apply }) =>
      command !== undefined && apply !== 'AfterCreate'
        ? [{ path: ['apply'], rule: 'must be AfterCreate for a command: nobody can tell whether its work is missing' }]
        : [],
    ),
  );
export type Precondition = z.infer<typeof Precondition>;

/** Where one precondition stands on the disk that is there now. */
export const PreconditionStatus = z.looseObject({
  name: Name.describe('Name of the step.'),
  state: z
    .enum(['Done', 'Pending', 'Running', 'Failed', 'Kept'])
    .describe('Kept: what is there is newer and was left.'),
  message: z.string().optional().describe('What stands in its way.'),
});
export type PreconditionStatus = z.infer<typeof PreconditionStatus>;
