import { z } from 'zod';

import { LocalPath } from './fields.ts';
import { exactlyOneOf } from './rule.ts';

/** Variables that ccci sets itself. */
export const RESERVED_VARIABLES: readonly string[] = [
  'CCCI_RIG',
  'CCCI_AGENT',
  'CCCI_INCARNATION',
  'CCCI_PROMPT_FILE',
  'CCCI_PHASE_ID',
  'CCCI_RESTART_REASON',
  'CCCI_SIGNAL_SCRIPT',
  'CCCI_SIGNAL_FOLDER',
  'CCCI_CONVERSATION',
];

/** A value that is read when it is needed and never stored. */
export const ValueSource = z.strictObject({ file: LocalPath.describe('File whose content is the value.') });

const VariableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a variable name: letters, digits and underscores')
  .refine((name) => !RESERVED_VARIABLES.includes(name), 'must not be a variable that ccci sets itself');

/** One variable of an agent's environment. */
export const EnvironmentVariable = z
  .strictObject({
    name: VariableName.describe('Name of the variable.'),
    value: z.string().optional().describe('Its value. Not for secrets: use valueFrom.'),
    valueFrom: ValueSource.optional().describe('Where the value is read from at each start.'),
  })
  .check(exactlyOneOf('value', 'valueFrom'));
export type EnvironmentVariable = z.infer<typeof EnvironmentVariable>;
