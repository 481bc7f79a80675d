import { z } from 'zod';

import { LocalPath, Text } from './fields.ts';
import { exactlyOneOf } from './rule.ts';

/** Prompt text, from a file or written in place; a template over agent, phase, repository and run. */
export const Prompt = z
  .strictObject({
    file: LocalPath.optional().describe('File with the prompt; it is followed when it changes.'),
    inline: Text.optional().describe('The prompt itself.'),
  })
  .check(exactlyOneOf('file', 'inline'));
export type Prompt = z.infer<typeof Prompt>;
