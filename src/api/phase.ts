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
    blockedMarker: Line.default('## Blocked').describe(
      'A line that begins with this says that the phase waits for a person; the text under it says for what.',
    ),
    requiredGates: z.array(Name).default([]).describe('Gates that must have passed before the phase counts as done.'),
    donePolicy: z
      .enum(['MarkerAndGates', 'Marker'])
      .default('MarkerAndGates')
      .describe('Whether the gates count beside the marker.'),
    timeBudget: Duration.optional().describe(
      'Time after which the operator is told that the phase is late, from when it became the current one.',
    ),
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

const Blocked = z.looseObject({
  text: z.string().describe('What the status file says about it, as one line of at most 500 characters.'),
  since: Timestamp.describe('When that text was first seen.'),
  commit: z.string().optional().describe('Commit that showed it.'),
});

/** A done marker that does not count, and who was told. */
export const RefusedDone = z.looseObject({
  commit: z.string().describe('First commit that was seen with the marker and this state of the gate.'),
  gate: z.string().describe('Gate that it does not pass.'),
  state: z.string().describe('Where the gate stands.'),
  scope: z.string().optional().describe('Scope that it is about.'),
  told: z.array(z.string()).describe('Names of the messages that were made.'),
});
export type RefusedDone = z.infer<typeof RefusedDone>;

/** A hand-off of the phase: when it was seen, typed, taken and settled. */
export const HandOff = z.looseObject({
  name: z.string().describe('Name of the message.'),
  gate: z.string().optional().describe('Gate that it belongs to.'),
  agent: z.string().describe('Agent that it was for.'),
  kind: z.string().describe('What it was about.'),
  sha: z.string().optional().describe('Commit that caused it.'),
  scope: z.string().optional().describe('Scope of the claim or verdict.'),
  verdict: z.string().optional().describe('What the verdict said.'),
  seenAt: Timestamp.describe('When the commit was seen.'),
  typedAt: Timestamp.optional().describe('When it was typed last.'),
  takenAt: Timestamp.optional().describe('When the agent accepted it.'),
  settledAt: Timestamp.optional().describe('When the matter was settled.'),
});
export type HandOff = z.infer<typeof HandOff>;

/** What is known about a phase. */
export const PhaseStatus = z.looseObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that this status is about.'),
  conditions: Conditions,
  openedAt: Timestamp.optional().describe('When it became the current phase.'),
  openingCommit: z.string().optional().describe('Head of the branch at that time.'),
  doneAt: Timestamp.optional().describe('When it was seen to be done.'),
  doneCommit: z.string().optional().describe('Commit that showed it.'),
  claims: z.int().min(0).optional().describe('Claims in this phase.'),
  blocked: Blocked.optional().describe('What the phase waits for, in the words of its status file.'),
  refused: RefusedDone.optional().describe('A done marker that does not count.'),
  handOffs: z.array(HandOff).optional().describe('Its settled hand-offs, for the timeline; the newest 300.'),
});
export type PhaseStatus = z.infer<typeof PhaseStatus>;

/** The spec of a phase with the defaults that depend on other fields. */
export type CompletePhaseSpec = With<PhaseSpec, 'id' | 'statusFile'>;

/** A phase with all defaults. */
export type PhaseObject = ApiObject<'Phase', CompletePhaseSpec, PhaseStatus>;
