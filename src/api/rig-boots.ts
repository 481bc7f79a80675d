import { z } from 'zod';

import { Timestamp } from './fields.ts';

/** One boot of the host that was recorded. */
export const BootRecord = z.looseObject({
  id: z.string().describe('Identity that the kernel gave it.'),
  at: Timestamp.describe('When the host was started.'),
  away: z.string().optional().describe('How long no controller was there; absent when it can not be told.'),
  clean: z
    .boolean()
    .optional()
    .describe('True when the controller before had ended in order; absent when it can not be told.'),
  phases: z.array(z.string()).describe('Phases that were open.'),
});
export type BootRecord = z.infer<typeof BootRecord>;

/** How many boots are remembered in status; the log keeps all. */
export const MAX_BOOTS = 20;

/** What is known about the boots of the host. */
export const BootHistory = z.looseObject({
  id: z.string().describe('The boot that runs.'),
  count: z.int().min(0).describe('Reboots in the log, those of others included.'),
  recent: z.array(BootRecord).describe(`The last ${String(MAX_BOOTS)}, newest last.`),
});
export type BootHistory = z.infer<typeof BootHistory>;
