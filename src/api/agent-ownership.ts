import { z } from 'zod';

import { Line, RepositoryPath } from './fields.ts';

/** Something in the repository that one agent alone writes. */
export const Ownership = z.strictObject({
  path: RepositoryPath.describe(
    'File, or pattern from the root of the repository: "*" and "?" stand for characters within a name, "**" for any folders.',
  ),
  section: Line.optional().describe(
    'Heading of the only part that it writes: up to the next heading of the same or a higher level.',
  ),
});
export type Ownership = z.infer<typeof Ownership>;
