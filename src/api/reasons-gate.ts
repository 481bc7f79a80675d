import type { ReasonEntry } from './reason-entry.ts';

const NOTHING = 'Nothing to do.';

/** Reasons about who claims and answers at a gate, how long it takes, and what a person or a program says to it. */
export const gateReasons = {
  AuthorUnverified: {
    meaning: 'It is not checked who wrote a claim or a verdict.',
    next: 'Give both agents an `author` with distinct e-mail addresses.',
  },
  AuthorNamesVerified: {
    meaning: 'A claim or verdict counts only with the author of the right agent, which guards against mistakes.',
    next: 'Nothing to do; where it has to hold against an agent that pretends, set `requireSignature`.',
  },
  SignaturesVerified: {
    meaning: 'A claim or verdict counts only with a signature by a key of the right agent.',
    next: NOTHING,
  },
  AuthorUnknown: {
    meaning: 'The gate is to check who wrote a commit, and does not know both agents.',
    next: 'Give both agents an `author` with distinct e-mail addresses.',
  },
  AuthorForeign: {
    meaning: 'A claim or verdict does not count, because its author is not the agent that may make it.',
    next: 'Look at the commit that the message names; let the right agent say it again.',
  },
  SignatureMissing: {
    meaning: 'A claim or verdict does not count, because it is not signed.',
    next: 'Let the agent sign its commits with its SSH key, and say it again.',
  },
  SignatureForeign: {
    meaning: 'A claim or verdict does not count, because its signature is not by a key of the right agent.',
    next: 'Look at the commit that the message names, and at the file of allowed signers.',
  },
  SignersUnreadable: {
    meaning: 'The file of allowed signers can not be used, so it is not known which claims and verdicts count.',
    next: 'Do what the message says; it is looked at again by itself.',
  },
  ClaimUnclean: {
    meaning: 'When a claim was seen, the clone of its agent held work that is not on the remote.',
    next: 'Let the agent push everything, and claim again.',
  },
  ClaimClean: { meaning: 'No open claim was made with unpushed work beside it.', next: NOTHING },
  VerdictOverdue: {
    meaning: 'A claim has waited for its verdict for more than twice `verdictWithin`.',
    next: 'Look at the verifier with `ccci attach`, or answer the claim with `ccci gate`.',
  },
  VerdictInTime: { meaning: 'No claim has waited too long for its verdict.', next: NOTHING },
  EvidenceRunning: {
    meaning: "The verdict is PASS, and the gate's own command has not shown it yet.",
    next: 'Wait for the command; `ccci gate` shows how far it is.',
  },
  EvidenceWanted: { meaning: "A claim is to be shown by the gate's own command.", next: NOTHING },
  EvidenceFailed: {
    meaning: "The gate's own command does not succeed at a claimed commit, which is a FAIL.",
    next: 'Read what it printed in the file that `ccci gate` names.',
  },
  EvidenceObsolete: { meaning: 'A newer claim took the place of the one that was being shown.', next: NOTHING },
  ClaimReopened: {
    meaning:
      'A claim that was answered waits again: its answer was taken out of the history, or taken back by a person.',
    next: NOTHING,
  },
  GateOverridden: {
    meaning: 'A person answered a claim; that stands for the verdict until there is a newer claim.',
    next: 'Nothing to do; `ccci gate clear` takes it back.',
  },
} as const satisfies Readonly<Record<string, ReasonEntry>>;
