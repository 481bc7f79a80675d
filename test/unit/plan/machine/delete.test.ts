import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ABSENT, unknown } from '#api/fact.ts';
import { checkPlan } from '#plan/check-plan.ts';

import { machineCase, planOf } from '../../../support/machine-input.ts';
import { NOW_MS } from '../../../support/plan-input.ts';

const AT = new Date(NOW_MS).toISOString();
const approve = (failure: string) => ({ approve: { id: 'a1', by: 'ada', at: AT, failure, generation: 1 } });
const STOPPED = { status: 'Stopped', statusCode: 102 };

const rows = [
  { title: 'Orphan', reason: 'the instance is left as it is', policy: 'Orphan', does: 'Finalize' },
  { title: 'Delete without an approval', reason: 'it asks', policy: 'Delete', does: 'wait NeedsApproval' },
  {
    title: 'Delete with --orphan',
    ...{
      reason: 'a person said that the instance stays',
      policy: 'Delete',
      operator: { orphan: { by: 'ada', at: AT } },
    },
    does: 'Finalize',
  },
  {
    title: 'Delete with an approval of another disk',
    ...{ reason: 'that disk is not this one', policy: 'Delete', operator: approve('delete-uuid-0') },
    does: 'wait NeedsApproval',
  },
  {
    title: 'Delete with an approval of a recreate',
    ...{ reason: 'a new disk was approved, not none', policy: 'Delete', operator: approve('f1') },
    does: 'wait NeedsApproval',
  },
  {
    title: 'Delete with the approval of this disk',
    ...{ reason: 'it is stopped first', policy: 'Delete', operator: approve('delete-uuid-1') },
    does: 'ChangeInstance',
  },
  {
    title: 'Delete of a stopped one with the approval of this disk',
    ...{ reason: 'both keys are there', policy: 'Delete', operator: approve('delete-uuid-1'), instance: STOPPED },
    does: 'WipeInstance',
  },
  {
    title: 'Delete of a locked one',
    ...{ reason: 'the lock is for a person to open', policy: 'Delete', operator: approve('delete-uuid-1') },
    instance: { config: { 'security.protection.delete': 'true' } },
    does: 'wait InstanceProtected',
  },
  {
    title: 'Delete of one that somebody else made',
    ...{ reason: 'it is not ours to delete', policy: 'Delete', operator: approve('delete-uuid-1') },
    instance: { config: { 'user.ccci.rig': 'other' } },
    does: 'Finalize',
  },
  {
    title: 'Delete of one that is gone',
    reason: 'nothing is left',
    policy: 'Delete',
    instance: ABSENT,
    does: 'Finalize',
  },
  {
    title: 'Delete on a server that does not answer',
    ...{ reason: 'unknown is not gone', policy: 'Delete', instance: unknown('ServerHung', 'no answer') },
    does: 'wait ServerHung',
  },
] as const;

describe('a deleted machine of policy', () => {
  for (const { title, reason, policy, does, ...given } of rows)
    test(`${title}: ${reason}`, () => {
      const at = machineCase(
        {
          spec: { deletionPolicy: policy },
          metadata: { deletionTimestamp: AT },
          operator: 'operator' in given ? given.operator : {},
        },
        { instance: 'instance' in given ? given.instance : {} },
      );
      const plan = planOf(at);
      assert.equal(plan.actions[0]?.type ?? `wait ${plan.waiting[0]?.reason ?? ''}`, does);
      assert.deepEqual(checkPlan(plan, at.seen), []);
    });
});
