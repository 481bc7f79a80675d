import { z } from 'zod';

import { Conditions } from './condition.ts';
import { Timestamp } from './fields.ts';
import type { ApiObject } from './object.ts';

/** A sequence has no fields: the controller makes it for the phases that name it. */
export const SequenceSpec = z.strictObject({});
export type SequenceSpec = z.infer<typeof SequenceSpec>;

const PhaseEntry = z.looseObject({
  name: z.string().describe('Name of the phase.'),
  id: z.string().describe('Its id.'),
  state: z.enum(['Done', 'Current', 'Pending']).describe('Where it stands.'),
  openedAt: Timestamp.optional().describe('When it became the current phase.'),
  openingCommit: z.string().optional().describe('Head of the branch at that time.'),
  doneAt: Timestamp.optional().describe('When it was seen to be done.'),
  doneCommit: z.string().optional().describe('Commit that showed it.'),
});

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
});
export type SequenceStatus = z.infer<typeof SequenceStatus>;

/** A sequence with all defaults. */
export type SequenceObject = ApiObject<'Sequence', SequenceSpec, SequenceStatus>;
