import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { unknown } from '#api/fact.ts';

import { machineCase, planOf } from '../../../support/machine-input.ts';
import { NOW_MS } from '../../../support/plan-input.ts';

const iso = (agoMs: number) => new Date(NOW_MS - agoMs).toISOString();
const MINUTE = 60_000;
const LADDER = { softRestart: { max: 2, per: '1h', settle: '3m' } };
const SPENT = [iso(40 * MINUTE), iso(20 * MINUTE)];
const SSH = { name: 'ssh', ssh: { host: 'vm' }, failureThreshold: 1 };
const AGENT = { name: 'agent', agent: {}, failureThreshold: 1 };
const FAILS = { ok: false, message: 'refused' };
const HOLDS = { ok: true, message: 'answers' };
const FAILURE = { id: 'f1', uuid: 'uuid-1', since: iso(MINUTE), message: 'ssh: refused' };
const order = (given: object = {}) => ({
  approve: { id: 'a1', by: 'ada', at: iso(0), until: iso(-MINUTE), failure: 'f1', generation: 1, ...given },
});

type Row = {
  title: string;
  reason: string;
  repair?: object;
  probes?: readonly object[];
  results?: Record<string, { ok: boolean; message: string; local?: boolean }>;
  status?: object;
  operator?: object;
  related?: object;
  unreachable?: boolean;
  does: string;
};

const AUTOMATIC = { ...LADDER, recreate: { policy: 'Automatic' } };
const APPROVAL = { ...LADDER, recreate: { policy: 'Approval' } };

const rows: readonly Row[] = [
  { title: 'a first failure', reason: 'the mildest step comes first', does: 'restart' },
  {
    title: 'a first failure under policy Automatic',
    reason: 'a disk is never wiped on a first failure',
    repair: AUTOMATIC,
    does: 'restart',
  },
  {
    title: 'a failure right after a restart',
    reason: 'its guest still boots',
    status: { softRestarts: [iso(MINUTE)] },
    does: 'wait Settling',
  },
  {
    title: 'a failure right after somebody started it',
    reason: 'its guest still boots, whoever started it',
    status: { bootedAt: iso(MINUTE) },
    does: 'wait Settling',
  },
  {
    title: 'a failure after a clock jump back',
    reason: 'how long ago a start in the future was can not be known',
    status: { bootedAt: iso(-60 * MINUTE) },
    does: 'restart',
  },
  {
    title: 'a failure after the budget',
    reason: 'policy Never',
    status: { softRestarts: SPENT },
    does: 'wait RepairBudgetSpent',
  },
  {
    title: 'a failure after the budget under policy Approval',
    reason: 'a person has the second key',
    repair: APPROVAL,
    status: { softRestarts: SPENT },
    does: 'wait NeedsApproval',
  },
  {
    title: 'a failure after the budget under policy Automatic',
    reason: 'restarts did not help, and the agent in it does not answer either',
    repair: AUTOMATIC,
    status: { softRestarts: SPENT },
    does: 'begin',
  },
  {
    title: 'ssh alone fails while the agent answers, under policy Automatic',
    reason: 'the disk is alive; it is the way to it that is not',
    repair: AUTOMATIC,
    results: { ssh: FAILS, agent: HOLDS },
    status: { softRestarts: SPENT },
    does: 'wait NeedsApproval',
  },
  {
    title: 'ssh alone fails and nobody asks the agent, under policy Automatic',
    reason: 'only the network says so',
    repair: AUTOMATIC,
    probes: [SSH],
    results: { ssh: FAILS },
    status: { softRestarts: SPENT },
    does: 'wait NeedsApproval',
  },
  {
    title: 'another server can not be reached either, under policy Automatic',
    reason: 'it may be the network of this side',
    repair: AUTOMATIC,
    status: { softRestarts: SPENT },
    related: { failingOthers: ['Repository/x'] },
    does: 'wait NeedsApproval',
  },
  {
    title: 'a fault of this side, under policy Automatic',
    reason: 'a missing key file says nothing about the machine',
    repair: AUTOMATIC,
    results: { ssh: { ...FAILS, local: true } },
    status: { softRestarts: SPENT },
    does: 'nothing',
  },
  {
    title: 'policy Automatic without a soft restart',
    reason: 'no restart was tried before',
    repair: { recreate: { policy: 'Automatic' } },
    does: 'wait NeedsApproval',
  },
  {
    title: 'policy Automatic that has wiped a disk today',
    reason: 'its budget is one a day',
    repair: AUTOMATIC,
    status: { softRestarts: SPENT, recreates: [iso(60 * MINUTE)] },
    does: 'wait NeedsApproval',
  },
  {
    title: 'policy Automatic that has wiped a disk the day before',
    reason: 'its budget is whole again',
    repair: AUTOMATIC,
    status: { softRestarts: SPENT, recreates: [iso(25 * 60 * MINUTE)] },
    does: 'begin',
  },
  {
    title: 'policy Automatic on a server that does not answer',
    reason: 'unknown is not unhealthy',
    repair: AUTOMATIC,
    status: { softRestarts: SPENT },
    unreachable: true,
    does: 'wait ServerUnreachable',
  },
  ...(
    [
      ['an approval of this failure', 'both keys are there', {}, 'begin'],
      ['an approval that is over', 'it held an hour', { until: iso(1) }, 'wait NeedsApproval'],
      ['an approval of another failure', 'that disk is not this one', { failure: 'f0' }, 'wait NeedsApproval'],
      ['an approval of another manifest', 'it said something else then', { generation: 0 }, 'wait NeedsApproval'],
      ['an approval that was used up', 'one recreate for one approval', { id: 'used' }, 'wait NeedsApproval'],
    ] as const
  ).map(([title, reason, given, does]) => ({
    ...{ title, reason, does, repair: APPROVAL, operator: order(given) },
    status: { softRestarts: SPENT, failure: FAILURE, consumedApproval: 'used' },
  })),
  {
    title: 'an approval of a failure that was never written down',
    reason: 'nobody can have looked at it',
    repair: APPROVAL,
    status: { softRestarts: SPENT },
    operator: order({ failure: undefined }),
    does: 'wait NeedsApproval',
  },
];

describe('the repair ladder at', () => {
  for (const row of rows)
    test(`${row.title}: ${row.reason}`, () => {
      const { repair = LADDER, probes = [SSH, AGENT], results = { ssh: FAILS, agent: FAILS } } = row;
      const given = { spec: { probes, repair }, status: row.status ?? {}, operator: row.operator ?? {} };
      const sight =
        row.unreachable === true ? { instance: unknown('ServerUnreachable', 'no route') } : { probes: results };
      const plan = planOf(machineCase(given, { ...sight, related: row.related ?? {} }));
      const [action] = plan.actions;
      const acts = { ChangeInstance: 'restart', BeginRecreate: 'begin' } as Readonly<Record<string, string>>;
      const waits = plan.waiting[0] === undefined ? 'nothing' : `wait ${plan.waiting[0].reason}`;
      assert.equal(action === undefined ? waits : acts[action.type], row.does, row.reason);
    });

  test('a guest that did not end politely is forced, without another restart of the budget', () => {
    const stopFailed = { action: 'restart', reason: 'ProbeFailing' };
    const [action] = planOf(machineCase({ status: { stopFailed } })).actions;
    assert.ok(action?.type === 'ChangeInstance' && action.change.force && action.change.action === 'restart');
    assert.equal(action.message, 'the guest did not end within 60s, so the restart is forced');
  });
});
