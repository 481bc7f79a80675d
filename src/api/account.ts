import { z } from 'zod';

import { Conditions } from './condition.ts';
import { Timestamp } from './fields.ts';
import type { ApiObject } from './object.ts';

/** An account has no fields: the controller makes it for the agents that name it. */
export const AccountSpec = z.strictObject({});
export type AccountSpec = z.infer<typeof AccountSpec>;

/** What is known about an account. */
export const AccountStatus = z.looseObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that this status is about.'),
  conditions: Conditions,
  limitedSince: Timestamp.optional().describe('Since when its usage limit is reached; absent when it is not.'),
  resetAt: Timestamp.optional().describe('When the limit resets; absent when nobody says so.'),
  nextAt: Timestamp.optional().describe('When somebody goes on next: at the reset, or to find out whether it came.'),
  prober: z.string().optional().describe('The one agent that finds out.'),
  probes: z.int().min(0).optional().describe('How often that did not go through.'),
  openedAt: Timestamp.optional().describe('When its last limit was over; its agents go on from there.'),
  agents: z.array(z.string()).optional().describe('Its agents.'),
});
export type AccountStatus = z.infer<typeof AccountStatus>;

/** An account with all defaults. */
export type AccountObject = ApiObject<'Account', AccountSpec, AccountStatus>;
