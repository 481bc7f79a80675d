import { z } from 'zod';

import { Argv, Duration, Line, LocalPath, Name, Size } from './fields.ts';
import { ValueSource } from './agent-environment.ts';
import { exactlyOneOf } from './rule.ts';

const MachinePath = z.string().regex(/^\/[^\x00-\x1f\x7f]*$/, 'must be an absolute path in the machine');

const CloudInit = z.strictObject({
  userData: z
    .strictObject({ file: LocalPath.describe('File with the text.') })
    .optional()
    .describe('First-boot configuration.'),
  secrets: z
    .array(
      z.strictObject({
        name: Line.describe('Name in the text.'),
        valueFrom: ValueSource.describe('Where its value is.'),
      }),
    )
    .optional()
    .describe('Values that are put into the text when it is sent.'),
});

const MachineFile = z.strictObject({
  path: MachinePath.describe('File in the machine.'),
  from: LocalPath.describe('File on the controller that it is made from.'),
  mode: z
    .string()
    .regex(/^0[0-7]{3}$/, 'must be an octal mode in quotes, such as "0600"')
    .optional()
    .describe('Its mode.'),
});

const MachineLine = z.strictObject({
  path: MachinePath.describe('File in the machine.'),
  from: LocalPath.describe('File on the controller that holds the line.'),
});

const Precondition = z
  .strictObject({
    name: Name.describe('Name of the step, unique in the machine.'),
    file: MachineFile.optional().describe('A whole file.'),
    line: MachineLine.optional().describe('One line that must be there; the rest is kept.'),
    command: Argv.optional().describe('Program and arguments to run in the machine.'),
    timeout: Duration.optional().describe('Time that the command has.'),
    apply: z.enum(['AfterCreate', 'IfMissing', 'Enforce']).optional().describe('When the step is done.'),
  })
  .check(exactlyOneOf('file', 'line', 'command'));

/** Fields of a virtual machine that a later version acts on; this version refuses them, so they have no defaults. */
export const virtualMachineLater = {
  cloudInit: CloudInit.optional().describe('First-boot configuration.'),
  memoryCap: z
    .strictObject({ limit: Size.describe('Most memory of all instances of the project together.') })
    .optional()
    .describe('Cap on the memory of the whole project.'),
  beforeRecreate: z
    .strictObject({ backup: z.enum(['Export', 'Keep', 'None']).describe('What is kept of the old disk.') })
    .optional()
    .describe('What happens before the disk is wiped.'),
  preconditions: z
    .array(Precondition)
    .optional()
    .describe('What must be in the machine before anything else can use it.'),
};
