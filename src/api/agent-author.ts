import { z } from 'zod';

import { Line } from './fields.ts';

// git drops these at the ends of a name, and a name of nothing else is none.
const PLAIN = /^[^<>\x00-\x1f\x7f]+$/;

/** Who an agent's commits are by. */
export const Author = z.strictObject({
  name: Line.regex(PLAIN, 'must be one line of text without "<" and ">"').describe('Name in its commits.'),
  email: z
    .string()
    .regex(/^[^@\s<>\x00-\x1f\x7f]+@[^@\s<>\x00-\x1f\x7f]+$/, 'must be an e-mail address')
    .describe('E-mail address in its commits; gates and ownership tell agents apart by it.'),
});
export type Author = z.infer<typeof Author>;
