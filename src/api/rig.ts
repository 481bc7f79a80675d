import { z } from 'zod';

import { Conditions } from './condition.ts';
import type { ApiObject } from './object.ts';
import { Order } from './operator.ts';
import { BootHistory } from './rig-boots.ts';

/** The rig has no fields: the controller makes `Rig/default`. */
export const RigSpec = z.strictObject({});
export type RigSpec = z.infer<typeof RigSpec>;

/** What is known about the whole rig. */
export const RigStatus = z.looseObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that this status is about.'),
  conditions: Conditions,
  stopped: Order.optional().describe('Order that stopped the whole crew.'),
  boots: BootHistory.optional().describe('Boots of the host.'),
  controller: z
    .looseObject({
      pid: z.int().optional().describe('Its process id.'),
      startedAt: z.string().optional().describe('When it started.'),
      version: z.string().optional().describe('Its version.'),
    })
    .optional()
    .describe('The controller that runs the rig.'),
  revision: z
    .looseObject({
      applied: z.string().optional().describe('Revision of the manifests that is in force.'),
      attempted: z.string().optional().describe('Revision that was tried last.'),
    })
    .optional()
    .describe('Revision of the manifests.'),
});
export type RigStatus = z.infer<typeof RigStatus>;

/** The rig with all defaults. */
export type RigObject = ApiObject<'Rig', RigSpec, RigStatus>;
