import { z } from 'zod';

import { Timestamp } from './fields.ts';

/** An action that must not be repeated blindly: written before the act, settled by looking for its id in the world. */
export const Operation = z.looseObject({
  id: z.string().describe('Identity of the act: nonce, request id, or pid with start time.'),
  step: z.string().describe('What is being done.'),
  startedAt: Timestamp.describe('When it was written down, before the act.'),
  deadline: Timestamp.describe('When it counts as failed.'),
  detail: z.record(z.string(), z.unknown()).optional().describe('What a later pass needs to find it in the world.'),
});
export type Operation = z.infer<typeof Operation>;
