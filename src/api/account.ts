import { z } from 'zod';

import { Conditions } from './condition.ts';
import type { ApiObject } from './object.ts';

/** An account has no fields: the controller makes it for the agents that name it. */
export const AccountSpec = z.strictObject({});
export type AccountSpec = z.infer<typeof AccountSpec>;

/** What is known about an account. */
export const AccountStatus = z.looseObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that this status is about.'),
  conditions: Conditions,
});
export type AccountStatus = z.infer<typeof AccountStatus>;

/** An account with all defaults. */
export type AccountObject = ApiObject<'Account', AccountSpec, AccountStatus>;
