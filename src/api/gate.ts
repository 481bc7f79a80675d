import { z } from 'zod';

import { Conditions } from './condition.ts';
import { Argv, Duration, LocalPath, Name, Pattern, Ref, Suspend, Text, Timestamp } from './fields.ts';
import type { ApiObject } from './object.ts';
import { GateOverride as Override } from './operator.ts';
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
  timeout: Duration.default('20m').describe('Time that it has; after it, it has failed.'),
  runAs: z
    .string()
    .regex(/^[a-z_][-a-z0-9_]*$/, 'must be the name of a Unix user')
    .optional()
    .describe("Unix user of the command, for a controller that runs as root. Default: the controller's user."),
});

const RequireSignature = z.strictObject({
  allowedSignersFile: LocalPath.describe(
    "File that says whose keys are whose, as ssh-keygen(1) describes ALLOWED SIGNERS; the principal is the author's e-mail address of the agent.",
  ),
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
    verifyAuthor: z
      .boolean()
      .optional()
      .describe(
        "Whether a claim or verdict counts only when its author is the right agent's. Guards against mistakes: a name can be set by anyone. Default: true when both agents have distinct author e-mails.",
      ),
    requireSignature: RequireSignature.optional().describe(
      'Count a claim or verdict only when it is signed with an SSH key of the right agent. Holds against an agent that pretends, as long as it can not read the other key.',
    ),
    verdictWithin: Duration.optional().describe(
      'Time that a verdict may take: after it the verifier is told again, after twice the time the operator.',
    ),
    evidence: Evidence.optional().describe(
      "Program that ccci itself runs in a clean checkout of the claimed commit, as the controller's user; its failure is a FAIL whatever the verdict says.",
    ),
  })
  .check(
    rule(['claimant', 'verifier'], ({ claimant, verifier }) =>
      claimant === verifier
        ? [{ path: ['verifier'], rule: 'must not be the claimant: nobody verifies their own claim' }]
        : [],
    ),
    rule(['verifyAuthor', 'requireSignature'], ({ verifyAuthor, requireSignature }) =>
      verifyAuthor === false && requireSignature !== undefined
        ? [{ path: ['verifyAuthor'], rule: 'must not be false beside requireSignature, which says whose commit it is' }]
        : [],
    ),
    rule(['claim', 'verdict'], ({ claim, verdict }) =>
      claim.prefix === verdict.prefix ? [{ path: ['verdict', 'prefix'], rule: 'must differ from claim.prefix' }] : [],
    ),
  );
export type GateSpec = z.infer<typeof GateSpec>;

const CommitStatus = z.looseObject({
  sha: z.string().describe('Commit.'),
  subject: z.string().describe('Its subject.'),
  at: Timestamp.describe('When it says it was made.'),
  author: z.string().describe('Who it says it is by.'),
});

const EvidenceStatus = z.looseObject({
  run: z.string().describe('Name of the run: commit and command.'),
  state: z.enum(['Wanted', 'Running', 'Passed', 'Failed']).describe('How far it has come.'),
  said: z.string().optional().describe('How it ended.'),
  output: z.string().optional().describe('File with the end of what it printed.'),
  attempts: z.int().min(0).describe('How often it was started.'),
});

const WaitStatus = z.looseObject({
  since: Timestamp.describe('When the claim was first seen.'),
  waitedMs: z.int().min(0).describe('Time that the controller saw it wait, in ms.'),
  countedAt: Timestamp.describe('Until when that is counted.'),
});

const ScopeStatus = z.looseObject({
  scope: z.string().describe('Scope of the claim.'),
  state: z
    .enum(['Claimed', 'Passed', 'Failed', 'Vetoed', 'Unclear', 'EvidenceRunning'])
    .describe('Where it stands. EvidenceRunning: the verdict is PASS, and the evidence is not there yet.'),
  claim: CommitStatus.optional().describe('The latest claim.'),
  verdict: CommitStatus.optional().describe('The latest verdict.'),
  awaits: z.enum(['Verdict', 'ClearVerdict']).optional().describe('What the claim waits for.'),
  wait: WaitStatus.optional().describe('How long it has waited.'),
  unclean: z.string().optional().describe("What the claimant's clone held unpushed when the claim was seen."),
  evidence: EvidenceStatus.optional().describe("What the gate's own program shows."),
  override: z.looseObject(Override.shape).optional().describe("A person's word, which stands for the verdict."),
});

const ForeignStatus = z.looseObject({
  sha: z.string().describe('Commit.'),
  kind: z.enum(['Claim', 'Verdict']).describe('What it would be.'),
  scope: z.string().describe('Its scope.'),
  author: z.string().describe('Who it says it is by.'),
  reason: z.string().describe('Why it does not count, one word.'),
});

/** What is known about a gate. */
export const GateStatus = z.looseObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that this status is about.'),
  conditions: Conditions,
  observedCommit: z.string().optional().describe('Commit that this status was derived from.'),
  firstSeenCommit: z.string().optional().describe('Head of the branch when the gate was first seen.'),
  windowCommit: z.string().optional().describe('Commit after which claims and verdicts count.'),
  scopes: z.array(ScopeStatus).default([]).describe('Claims and verdicts per scope.'),
  carried: z
    .array(ScopeStatus)
    .optional()
    .describe('Claims from before the open phase that were not answered until then: told, but no part of the phase.'),
  guard: z
    .enum(['None', 'AuthorNames', 'Signatures'])
    .optional()
    .describe('How it is told whose commit it is: not at all, by author names (against mistakes), or by signatures.'),
  foreign: z.array(ForeignStatus).optional().describe('Claims and verdicts that do not count, newest first.'),
});
export type GateStatus = z.infer<typeof GateStatus>;

/** A gate with all defaults. */
export type GateObject = ApiObject<'Gate', GateSpec, GateStatus>;
