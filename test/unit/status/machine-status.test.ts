import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { Outcome } from '#act/outcome.ts';
import { findCondition } from '#api/conditions.ts';
import { known } from '#api/fact.ts';
import type { Action } from '#plan/action.ts';
import { planVirtualMachine } from '#plan/plan-virtual-machine.ts';
import { summarizeVirtualMachine } from '#status/summarize-virtual-machine.ts';

import { machineOf, machineSeen } from '../../support/machine-input.ts';
import { NOW_MS } from '../../support/plan-input.ts';

const AT = new Date(NOW_MS).toISOString();
const DAY_MS = 86_400_000;
const moment = { wallMs: NOW_MS, id: 'fresh1' };

function statusOf(
  given: Parameters<typeof machineOf>[0],
  seen: Parameters<typeof machineSeen>[0] = {},
  outcomes: readonly Outcome[] = [],
) {
  const [object, sight] = [machineOf(given), machineSeen(seen)];
  return summarizeVirtualMachine({
    ...{ object, seen: sight, outcomes, moment },
    plan: planVirtualMachine(object, sight, moment),
  });
}

function changed(action: 'start' | 'stop' | 'restart', force = false): Outcome {
  const change = { action, timeoutS: 60, force };
  const why = { reason: 'ProbeFailing', message: 'x', blast: 'restart VM' } as const;
  const act: Action = { type: 'ChangeInstance', ...why, project: 'default', name: 'vm', change };
  return { action: act, result: 'Done', facts: { operationId: 'op1' } };
}

describe('the expiry of the client certificate is told', () => {
  const rows = [
    { inDays: 30, status: 'True', reason: 'ClientCertificateValid', says: /^$/ },
    { inDays: 13.5, status: 'False', reason: 'ClientCertificateExpiring', says: /in less than 14 days/ },
    { inDays: 6, status: 'False', reason: 'ClientCertificateExpiring', says: /in less than 7 days/ },
    { inDays: 0.5, status: 'False', reason: 'ClientCertificateExpiring', says: /in less than 1 day$/ },
    { inDays: -1, status: 'False', reason: 'ClientCertificateExpired', says: /has expired/ },
  ];
  for (const { inDays, status, reason, says } of rows)
    test(`${String(inDays)} days before its end as ${reason}`, () => {
      const is = statusOf({}, { certificateUntilMs: NOW_MS + inDays * DAY_MS });
      const told = findCondition(is.conditions, 'CertificateValid');
      assert.deepEqual([told?.status, told?.reason], [status, reason]);
      assert.match(told?.message ?? '', says);
    });
});

describe('when a machine began to run', () => {
  const rows = [
    { title: 'it ran before', reason: 'nothing began', power: 'Running', booted: undefined },
    { title: 'it did not run before', reason: 'somebody started it', power: 'Stopped', booted: AT },
    { title: 'it was never looked at', reason: 'it may run for long', power: undefined, booted: undefined },
    { title: 'it was restarted', reason: 'its guest boots', power: 'Running', does: changed('restart'), booted: AT },
  ] as const;
  for (const { title, reason, power, booted, ...given } of rows)
    test(`${title}: ${reason}`, () => {
      const is = statusOf({ status: { power } }, {}, 'does' in given ? [given.does] : []);
      assert.equal(is.bootedAt, booted);
    });
});

describe('a stop or restart is forced next', () => {
  const rows = [
    {
      title: 'the guest did not end in time',
      reason: 'it is deaf',
      error: 'x: context deadline exceeded',
      forced: true,
    },
    { title: 'the daemon gave up', reason: 'that says nothing about the guest', error: 'Shutting down', forced: false },
  ];
  for (const { title, reason, error, forced } of rows)
    test(`${forced ? 'when' : 'never when'} ${title}: ${reason}`, () => {
      const operation = {
        ...{ id: 'op1', step: 'ChangeInstance', startedAt: AT, deadline: AT },
        detail: { action: 'restart', reason: 'ProbeFailing' },
      };
      const seen = { operation: known({ status: 'Failure', error } as const) };
      const is = statusOf({ status: { operation } }, seen);
      assert.deepEqual(is.stopFailed, forced ? { action: 'restart', reason: 'ProbeFailing' } : undefined);
    });

  test('once: what was forced is not remembered', () => {
    const stopFailed = { action: 'restart', reason: 'ProbeFailing' };
    assert.equal(statusOf({ status: { stopFailed } }, {}, [changed('restart', true)]).stopFailed, undefined);
  });
});

describe('a failure that only a new disk could cure', () => {
  const spec = {
    probes: [{ name: 'port', tcp: { host: 'vm', port: 22 }, failureThreshold: 1 }],
    repair: { recreate: { policy: 'Approval' } },
  };
  const fails = { probes: { port: { ok: false, message: 'refused' } } };
  const holds = { probes: { port: { ok: true, message: 'answers' } } };

  test('has one name for as long as it lasts', () => {
    const first = statusOf({ spec }, fails);
    const second = statusOf({ spec, status: first }, fails);
    assert.ok(first.failure !== undefined);
    assert.deepEqual(second.failure, first.failure);
  });

  test('is another one when the machine was well in between, so that an old approval is none for it', () => {
    const first = statusOf({ spec }, fails);
    const between = statusOf({ spec, status: first }, holds);
    assert.equal(between.failure, undefined);
  });

  test('is another one on another disk', () => {
    const first = statusOf({ spec }, fails);
    const next = statusOf({ spec, status: first }, { ...fails, instance: { config: { 'volatile.uuid': 'uuid-2' } } });
    assert.notEqual(next.failure?.id, first.failure?.id);
  });
});

test('a change that needs a new disk keeps the machine Ready, and says so', () => {
  const is = statusOf({}, { instance: { config: { 'volatile.base_image': 'aaaa' } }, image: known('bbbb') });
  assert.equal(findCondition(is.conditions, 'Ready')?.status, 'True');
  const config = findCondition(is.conditions, 'ConfigCurrent');
  assert.deepEqual([config?.status, config?.message], ['False', 'the instance differs in image (needs a recreate)']);
});
