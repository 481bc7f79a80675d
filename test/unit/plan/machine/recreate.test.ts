import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ABSENT, known, unknown } from '#api/fact.ts';
import type { InstanceView } from '#drivers/incus/incus.ts';
import { checkPlan } from '#plan/check-plan.ts';
import { recreateStep } from '#plan/machine/recreate.ts';

import { machineCase, planOf } from '../../../support/machine-input.ts';
import { NOW_MS } from '../../../support/plan-input.ts';

const AT = new Date(NOW_MS).toISOString();
const PROBE = { name: 'port', tcp: { host: 'vm', port: 22 }, failureThreshold: 1 };
const FAILING = [
  { name: 'port', ok: false, failures: 3, successes: 0, lastAt: AT, message: 'refused', isFailing: true },
];
const APPROVE = { approve: { id: 'a1', by: 'ada', at: AT, failure: 'f1', generation: 1 } };
const DONE = known({ state: 'Done', bytes: 7, sha256: 'abc' } as const);
const ON_SERVER = known({ createdAt: AT });

type Row = {
  title: string;
  reason: string;
  step: string;
  does: string;
  isPaid?: boolean;
  isForced?: boolean;
  kind?: 'Export' | 'Keep' | 'None';
  operator?: object;
  cap?: string;
  instance?: Partial<InstanceView> | typeof ABSENT;
  backup?: object;
  serverBackup?: object;
  related?: object;
  isWell?: boolean;
};

const STOPPED = { status: 'Stopped', statusCode: 102 };

const rows: readonly Row[] = [
  {
    title: 'the cap is broken',
    reason: 'nothing is touched',
    cap: '1MiB',
    step: 'CheckCap',
    does: 'wait MemoryCapExceeded',
  },
  {
    title: 'another machine of the project is being made',
    reason: 'a cap is checked by one at a time',
    related: { busyMachines: ['other'] },
    step: 'CheckCap',
    does: 'wait OperationRunning',
  },
  {
    title: 'somebody has locked the instance',
    reason: 'a lock is for a person to open',
    instance: { config: { 'security.protection.delete': 'true' } },
    step: 'CheckCap',
    does: 'wait InstanceProtected',
  },
  {
    title: 'there is no backup yet',
    reason: 'it is begun',
    step: 'BackUp',
    does: 'BackUpInstance',
    serverBackup: ABSENT,
  },
  {
    title: 'it can not be seen whether there is a backup',
    reason: 'unknown is not absent',
    serverBackup: unknown('ServerHung', 'no answer'),
    step: 'BackUp',
    does: 'wait ServerError',
  },
  {
    title: 'the backup is on the server',
    reason: 'it is fetched',
    serverBackup: ON_SERVER,
    step: 'VerifyBackup',
    does: 'FetchBackup',
  },
  {
    title: 'the backup is not whole',
    reason: 'it is fetched again, and a person is told',
    backup: known({ state: 'Broken', error: 'its checksum is another' }),
    serverBackup: ON_SERVER,
    step: 'VerifyBackup',
    does: 'FetchBackup',
  },
  {
    title: 'the backup is whole',
    reason: 'now the approval is used up',
    backup: DONE,
    step: 'ConsumeApproval',
    does: 'ConsumeApproval',
  },
  {
    title: 'the approval ran out meanwhile',
    reason: 'it is asked for again',
    backup: DONE,
    operator: {},
    step: 'ConsumeApproval',
    does: 'wait NeedsApproval',
  },
  { title: 'it is paid for', reason: 'the guest is asked to end', isPaid: true, step: 'Stop', does: 'stop' },
  {
    title: 'the guest does not end',
    reason: 'it is forced',
    isPaid: true,
    isForced: true,
    step: 'Stop',
    does: 'force stop',
  },
  {
    title: 'it is paid for and the cap is broken since',
    reason: 'the way leads on: a stopped machine is not left lying',
    isPaid: true,
    cap: '1MiB',
    step: 'Stop',
    does: 'stop',
  },
  {
    title: 'it is stopped',
    reason: 'its disk goes',
    isPaid: true,
    instance: STOPPED,
    step: 'Delete',
    does: 'WipeInstance',
  },
  {
    title: 'it is stopped, and locked since it was paid for',
    reason: 'the server would refuse, and a person is told why',
    isPaid: true,
    instance: { ...STOPPED, config: { 'security.protection.delete': 'true' } },
    step: 'Delete',
    does: 'wait InstanceProtected',
  },
  {
    title: 'it is stopped and to be kept',
    reason: 'it takes little memory first',
    ...{ isPaid: true, kind: 'Keep', instance: STOPPED },
    step: 'Delete',
    does: 'UpdateInstance',
  },
  {
    title: 'it is stopped, to be kept, and small',
    reason: 'its name is freed',
    ...{ isPaid: true, kind: 'Keep', instance: { ...STOPPED, config: { 'limits.memory': '64MiB' } } },
    step: 'Delete',
    does: 'RenameInstance',
  },
  {
    title: 'it is gone',
    reason: 'the new one is made',
    isPaid: true,
    instance: ABSENT,
    step: 'Create',
    does: 'CreateInstance',
  },
  {
    title: 'the new one is half made',
    reason: 'a create was cut off',
    isPaid: true,
    instance: { ...STOPPED, halfCreated: true, config: { 'volatile.uuid': 'uuid-2' } },
    step: 'Create',
    does: 'DeleteLeftover',
  },
  {
    title: 'the new one is stopped',
    reason: 'it is started',
    isPaid: true,
    instance: { ...STOPPED, config: { 'volatile.uuid': 'uuid-2' } },
    step: 'Start',
    does: 'start',
  },
  {
    title: 'it is well again before it was paid for',
    reason: 'a healthy disk is not wiped, whoever approved it',
    backup: DONE,
    isWell: true,
    step: 'ConsumeApproval',
    does: 'nothing',
  },
  {
    title: 'it is well again after a person ordered a new disk without any failure',
    reason: 'the order was for that',
    ...{ backup: DONE, isWell: true, operator: { recreate: { id: 'f1', by: 'ada', at: AT } } },
    step: 'ConsumeApproval',
    does: 'ConsumeApproval',
  },
];

describe('a recreate goes on from its own step after a crash when', () => {
  for (const row of rows)
    test(`${row.title}: ${row.reason}`, () => {
      const at = caseOf(row);
      const plan = planOf(at);
      assert.equal(wordOf(plan), row.does, row.reason);
      assert.equal(recreateStep(at), row.step);
      assert.deepEqual(checkPlan(plan, at.seen), []);
    });
});

function caseOf({ kind = 'Export', isPaid, isForced, operator = APPROVE, cap, ...row }: Row) {
  const detail = { kind: 'Recreate', uuid: 'uuid-1', failure: 'f1', cause: 'port: refused', backup: kind, isPaid };
  const operation = { id: 'op1', step: 'CheckCap', startedAt: AT, deadline: AT, detail: { ...detail, isForced } };
  const probes = row.isWell === true ? [] : FAILING;
  const handledRecreate = Reflect.has(operator, 'recreate') ? 'f1' : 'earlier';
  const spec = {
    probes: [PROBE],
    beforeRecreate: { backup: kind },
    ...(cap === undefined ? {} : { memoryCap: { limit: cap }, config: { 'limits.memory': '2MiB' } }),
  };
  const sight = {
    instance: row.instance ?? {},
    backup: (row.backup ?? ABSENT) as never,
    serverBackup: (row.serverBackup ?? ABSENT) as never,
    ...{ memory: known([]), image: known('f1') },
    ...(row.related === undefined ? {} : { related: row.related }),
  };
  const limits = { 'limits.memory': '2MiB' };
  const instance =
    cap === undefined || 'state' in sight.instance ? sight.instance : { ...sight.instance, config: limits };
  return machineCase({ spec, operator, status: { operation, probes, handledRecreate } }, { ...sight, instance });
}

function wordOf({ actions, waiting }: ReturnType<typeof planOf>): string {
  const [action] = actions;
  if (action === undefined) return waiting[0] === undefined ? 'nothing' : `wait ${waiting[0].reason}`;
  if (action.type !== 'ChangeInstance') return action.type;
  return `${action.change.force ? 'force ' : ''}${action.change.action}`;
}
