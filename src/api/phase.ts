import { z } from 'zod';

import { Conditions } from './condition.ts';
import { Duration, Line, Name, Ref, RepositoryPath, Suspend, Timestamp } from './fields.ts';
import type { ApiObject, With } from './object.ts';
import { rule } from './rule.ts';

const Id = z
  .string()
  .regex(
    /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
    'must be letters, digits, dashes, dots or underscores, at most 63',
  );

const WorkspacePath = z
  .string()
  .regex(/^[^~\x00-\x1f\x7f][^\x00-\x1f\x7f]*$/, "must be a path, absolute or relative to the controller's workspace");

/** One phase of a sequence: a plan that is worked on until its status file says that it is done. */
export const PhaseSpec = z
  .strictObject({
    description: z.string().optional().describe('What the phase is for.'),
    suspend: Suspend,
    sequence: Name.default('main').describe('Sequence that the phase belongs to.'),
    order: z
      .int('must be a whole number')
      .describe('Place in the sequence; lower comes first. Unique in the sequence.'),
    id: Id.optional().describe('Short name in file names and prompts. Default: metadata.name.'),
    title: Line.optional().describe('Title for people.'),
    plan: WorkspacePath.optional().describe("File with the plan, relative to the controller's workspace."),
    references: z.array(WorkspacePath).default([]).describe('More files whose edit counts as a revision of the plan.'),
    repositoryRef: Ref.describe('Repository that holds the status file.'),
    statusFile: RepositoryPath.optional().describe(
      'Status file, from the root of the repository. Default: STATUS-<id>.md.',
    ),
    doneMarker: Line.default('## DONE').describe(
      'The phase is done when a line of the status file on the remote branch begins with this.',
    ),
    blockedMarker: Line.optional().describe('A line that begins with this says that the phase waits for a person.'),
    requiredGates: z.array(Name).default([]).describe('Gates that must have passed before the phase counts as done.'),
    donePolicy: z
      .enum(['MarkerAndGates', 'Marker'])
      .default('MarkerAndGates')
      .describe('Whether the gates count beside the marker.'),
    timeBudget: Duration.optional().describe('Time after which the operator is told that the phase is late.'),
  })
  .check(
    rule(['requiredGates'], ({ requiredGates }) =>
      requiredGates.flatMap((gate, index) =>
        requiredGates.indexOf(gate) < index
          ? [{ path: ['requiredGates', index], rule: `must be unique; "${gate}" is there twice` }]
          : [],
      ),
    ),
  );
export type PhaseSpec = z.infer<typeof PhaseSpec>;

/** What is known about a phase. */
export const PhaseStatus = z.looseObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that this status is about.'),
  conditions: Conditions,
  openedAt: Timestamp.optional().describe('When it became the current phase.'),
  openingCommit: z.string().optional().describe('Head of the branch at that time.'),
  doneAt: Timestamp.optional().describe('When it was seen to be done.'),
  doneCommit: z.string().optional().describe('Commit that showed it.'),
  claims: z.int().min(0).optional().describe('Claims in this phase.'),
});
export type PhaseStatus = z.infer<typeof PhaseStatus>;

/** The spec of a phase with the defaults that depend on other fields. */
export type CompletePhaseSpec = With<PhaseSpec, 'id' | 'statusFile'>;

/** A phase with all defaults. */
export type PhaseObject = ApiObject<'Phase', CompletePhaseSpec, PhaseStatus>;
