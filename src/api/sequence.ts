import { z } from 'zod';

import { Conditions } from './condition.ts';
import { Timestamp } from './fields.ts';
import type { ApiObject } from './object.ts';
import { Order, OrderOnce } from './operator.ts';

/** A sequence has no fields: the controller makes it for the phases that name it. */
export const SequenceSpec = z.strictObject({});
export type SequenceSpec = z.infer<typeof SequenceSpec>;

/** One time that a phase was open. */
export const PhaseRun = z.looseObject({
  openedAt: Timestamp.optional().describe('When it became the current phase.'),
  openingCommit: z.string().optional().describe('Head of the branch at that time.'),
  doneAt: Timestamp.optional().describe('When it was seen to be done.'),
  doneCommit: z.string().optional().describe('Commit that showed it.'),
  doneBy: Order.optional().describe('Person who ended it, when it was not its marker.'),
});
export type PhaseRun = z.infer<typeof PhaseRun>;

/** One phase of a sequence as its status keeps it. */
export const PhaseEntry = z.looseObject({
  name: z.string().describe('Name of the phase.'),
  id: z.string().describe('Its id.'),
  state: z.enum(['Done', 'Current', 'Pending']).describe('Where it stands.'),
  openedAt: Timestamp.optional().describe('When it became the current phase.'),
  openingCommit: z.string().optional().describe('Head of the branch at that time.'),
  doneAt: Timestamp.optional().describe('When it was seen to be done.'),
  doneCommit: z.string().optional().describe('Commit that showed it.'),
  doneBy: Order.optional().describe('Person who ended it, when it was not its marker.'),
  earlier: z.array(PhaseRun).optional().describe('The times that it was open before it was opened again. The last 10.'),
  reopenedBy: Order.optional().describe('Person who opened it again after it was done.'),
  isMarkerOld: z
    .boolean()
    .optional()
    .describe('The done marker has stood there since before it was opened again: it does not count until it was gone.'),
});
export type PhaseEntry = z.infer<typeof PhaseEntry>;

/** A person's order to the sequence, as it was carried out. */
export const PhaseOrderRecord = OrderOnce.extend({
  verb: z.string().describe('What was ordered.'),
  phase: z.string().describe('Phase that it was about.'),
  refused: z.string().optional().describe('Why it was not carried out.'),
});
export type PhaseOrderRecord = z.infer<typeof PhaseOrderRecord>;

/** What is known about a sequence. */
export const SequenceStatus = z.looseObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that this status is about.'),
  conditions: Conditions,
  currentPhase: z.string().optional().describe('Name of the first phase that is not done.'),
  currentPhaseId: z.string().optional().describe('Its id.'),
  observedCommit: z.string().optional().describe('Commit that this status was derived from.'),
  completedAt: Timestamp.optional().describe('When all phases were seen to be done.'),
  completedCommit: z.string().optional().describe('Commit that showed it.'),
  phases: z.array(PhaseEntry).default([]).describe('The phases in their order.'),
  formerPhases: z
    .array(PhaseEntry)
    .optional()
    .describe('Done phases that are declared no more: they are done when they come back. The last 100.'),
  handledOrder: z.string().optional().describe('Identity of the last order of a person that was carried out.'),
  orders: z.array(PhaseOrderRecord).optional().describe('Orders of persons, oldest first. The last 50.'),
});
export type SequenceStatus = z.infer<typeof SequenceStatus>;

/** A sequence with all defaults. */
export type SequenceObject = ApiObject<'Sequence', SequenceSpec, SequenceStatus>;
