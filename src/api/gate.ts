import { z } from 'zod';

import { Conditions } from './condition.ts';
import { Argv, Duration, Name, Pattern, Ref, Suspend, Text, Timestamp } from './fields.ts';
import type { ApiObject } from './object.ts';
import { rule } from './rule.ts';

const Prefix = z
  .string()
  .regex(/^[A-Za-z][-A-Za-z0-9_]*$/, 'must be one word such as claim: the part before "(" in a commit subject');

const Claim = z.strictObject({
  prefix: Prefix.default('claim').describe('Word before "(<scope>)" in the subject of a claim.'),
});

const Verdict = z.strictObject({
  prefix: Prefix.default('review').describe('Word before "(<scope>)" in the subject of a verdict.'),
  pass: Pattern.default('^PASS\\b').describe('Regular expression on the subject after the colon: passed.'),
  fail: Pattern.default('^FAIL\\b').describe('Regular expression on the subject after the colon: failed.'),
  veto: Pattern.default('^VETO\\b').describe('Regular expression on the subject after the colon: vetoed.'),
});

const Evidence = z.strictObject({
  command: Argv.describe('Program and arguments that must succeed.'),
  timeout: Duration.optional().describe('Time that it has.'),
});

const Pings = z.strictObject({
  claim: Text.optional().describe('What the verifier is told about a claim.'),
  verdict: Text.optional().describe('What the claimant is told about a verdict.'),
});

/** A hand-off between two agents: one claims, the other answers with a verdict, both by commits. */
export const GateSpec = z
  .strictObject({
    description: z.string().optional().describe('What the gate is for.'),
    suspend: Suspend,
    repositoryRef: Ref.describe('Repository whose commits carry claims and verdicts.'),
    sequence: Name.default('main').describe('Sequence whose phases open the window of the gate.'),
    scope: z
      .string()
      .regex(/^[^()\s]+$/, 'must be one word without brackets, or "*" for every scope')
      .default('*')
      .describe('Which claim(<scope>) and review(<scope>) belong to the gate; "*" takes all.'),
    claimant: Name.describe('Agent that claims.'),
    verifier: Name.describe('Agent that answers.'),
    claim: Claim.prefault({}).describe('What a claim looks like.'),
    verdict: Verdict.prefault({}).describe('What a verdict looks like.'),
    pings: Pings.prefault({}).describe('Texts of the pings; a template over gate, phase and commit.'),
    verifyAuthor: z.boolean().optional().describe("Whether a commit counts only when its author is the agent's own."),
    verdictWithin: Duration.optional().describe('Time after which the operator is told that a claim waits.'),
    evidence: Evidence.optional().describe('Program that must succeed at the claimed commit.'),
  })
  .check(
    rule(['claimant', 'verifier'], ({ claimant, verifier }) =>
      claimant === verifier
        ? [{ path: ['verifier'], rule: 'must not be the claimant: nobody verifies their own claim' }]
        : [],
    ),
    rule(['claim', 'verdict'], ({ claim, verdict }) =>
      claim.prefix === verdict.prefix ? [{ path: ['verdict', 'prefix'], rule: 'must differ from claim.prefix' }] : [],
    ),
  );
export type GateSpec = z.infer<typeof GateSpec>;

const VerdictStatus = z.looseObject({
  sha: z.string().describe('Commit of the verdict.'),
  subject: z.string().describe('Its subject.'),
  at: Timestamp.describe('When it was made.'),
  author: z.string().describe('Who it says it is by.'),
});

const ScopeStatus = z.looseObject({
  scope: z.string().describe('Scope of the claim.'),
  state: z.enum(['Claimed', 'Passed', 'Failed', 'Vetoed', 'Unclear']).describe('Where it stands.'),
  claim: z
    .looseObject({ sha: z.string().describe('Commit of the claim.') })
    .optional()
    .describe('The latest claim.'),
  verdict: VerdictStatus.optional().describe('The latest verdict.'),
});

/** What is known about a gate. */
export const GateStatus = z.looseObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that this status is about.'),
  conditions: Conditions,
  observedCommit: z.string().optional().describe('Commit that this status was derived from.'),
  firstSeenCommit: z.string().optional().describe('Head of the branch when the gate was first seen.'),
  windowCommit: z.string().optional().describe('Commit after which claims and verdicts count.'),
  scopes: z.array(ScopeStatus).default([]).describe('Claims and verdicts per scope.'),
});
export type GateStatus = z.infer<typeof GateStatus>;

/** A gate with all defaults. */
export type GateObject = ApiObject<'Gate', GateSpec, GateStatus>;
