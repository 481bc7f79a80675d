import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { unknown } from '#api/fact.ts';
import type { GateObservation } from '#observe/observation.ts';
import { checkPlan } from '#plan/check-plan.ts';
import { planGate } from '#plan/plan-gate.ts';
import { summarizeGate } from '#status/summarize-gate.ts';

import { gateSeenOf } from '../../../support/gate-input.ts';
import { commitsOf, NOW_MS, objectOf } from '../../../support/plan-input.ts';

const GATE = objectOf('Gate', {
  name: 'handoff',
  spec: { repositoryRef: { name: 'x' }, claimant: 'builder', verifier: 'adversary', evidence: { command: ['true'] } },
});
const COMMITS = commitsOf(['claim(a): x']);
const MOMENT = { wallMs: NOW_MS, id: 'i' };
const HIDDEN = unknown('MirrorBroken', 'git could not read the mirror');

describe('a gate decides nothing while it is unknown', () => {
  for (const what of ['commits', 'earlier', 'freshShas', 'signers', 'evidence'] as const)
    test(`what its ${what} are`, () => {
      const seen: GateObservation = { ...gateSeenOf(COMMITS), [what]: HIDDEN };
      const plan = planGate(GATE, seen, MOMENT);
      assert.deepEqual([plan.actions, plan.waiting[0]?.reason], [[], 'DependencyStale']);
      const status = summarizeGate({ object: GATE, seen, plan, outcomes: [], moment: MOMENT });
      assert.deepEqual([status.scopes, status.observedCommit], [[], undefined]);
      const lawless = planGate(GATE, gateSeenOf(COMMITS), MOMENT);
      const rule = what === 'freshShas' ? 0 : 1;
      assert.equal(checkPlan(lawless, seen).length, rule, 'and a plan that does is refused');
    });
});
