import { z } from 'zod';

import { Conditions } from './condition.ts';
import { Ref, Text, Timestamp } from './fields.ts';
import type { ApiObject } from './object.ts';

const Cause = z.strictObject({
  kind: z
    .enum(['Claim', 'Verdict', 'Inbox', 'Ping', 'Nudge', 'Notice', 'Wake', 'Resume'])
    .describe('What the message is about.'),
  sha: z.string().optional().describe('Commit that caused it.'),
  scope: z.string().optional().describe('Scope of the claim or verdict.'),
  gate: z.string().optional().describe('Gate that it belongs to.'),
  phase: z.string().optional().describe('Phase that it belongs to.'),
  verdict: z.string().optional().describe('What the verdict says.'),
  from: z.string().optional().describe('Who sent it.'),
  blob: z.string().optional().describe('Content of the file that it is about, as git names it.'),
});

/** Causes that are settled by being taken. */
export const SETTLED_WHEN_TAKEN: readonly string[] = ['Ping', 'Nudge', 'Notice', 'Verdict', 'Wake', 'Resume'];

/** Causes that a start settles by itself: they were for the session before, and no start prompt lists them. */
export const FOR_THE_SESSION: readonly string[] = ['Nudge', 'Notice', 'Wake', 'Resume'];

/** A message for one agent. It is typed by the agent's own key, so that a session has one writer. */
export const DeliverySpec = z.strictObject({
  agentRef: Ref.describe('Agent that it is for.'),
  nonce: Text.describe('Identity of the message, which is looked for in the world.'),
  cause: Cause.describe('What caused it.'),
  text: Text.describe('What is typed.'),
  committedAt: Timestamp.optional().describe('When the commit that caused it was made, by its own word.'),
  createdAt: Timestamp.describe('When it was made: the cause was seen.'),
  notAfter: Timestamp.optional().describe('When it stops being worth telling.'),
});
export type DeliverySpec = z.infer<typeof DeliverySpec>;

/** How far a message has come. */
export const DeliveryStatus = z.looseObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that this status is about.'),
  conditions: Conditions,
  seenAt: Timestamp.optional().describe('When the agent was looked at with it.'),
  typedAt: Timestamp.optional().describe('When it was typed last.'),
  typedIncarnation: z.string().optional().describe('Launch that it was typed into.'),
  typedNonce: z.string().optional().describe('Identity of the typed message that it was part of.'),
  queuedAt: Timestamp.optional().describe(
    'When the program put it into its own queue, to take it when its turn is over.',
  ),
  takenAt: Timestamp.optional().describe('When the agent accepted it.'),
  takenIncarnation: z.string().optional().describe('Launch that accepted it.'),
  takenBy: z
    .enum(['Signals', 'Screen', 'Prompt', 'Unproven'])
    .optional()
    .describe(
      "What shows it: the program's own signal, its screen, the start prompt that listed it, or nothing, because the program has no sign for it.",
    ),
  settledAt: Timestamp.optional().describe('When the matter was settled.'),
  attempts: z.int().min(0).default(0).describe('How often it was typed.'),
});
export type DeliveryStatus = z.infer<typeof DeliveryStatus>;

/** A message with all defaults. */
export type DeliveryObject = ApiObject<'Delivery', DeliverySpec, DeliveryStatus>;
