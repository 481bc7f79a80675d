import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';

import { createSystemClock } from '#drivers/clock/system-clock.ts';
import type { ProbeResult } from '#drivers/probe/probe.ts';
import { createProber } from '#drivers/probe/real-prober.ts';
import { explainFailure } from '#drivers/probe/probe-failure.ts';
import { probeTally } from '#plan/probe-tally.ts';

import { objectOf } from '../../support/plan-input.ts';
import { freePort } from '../../support/sshd.ts';

const REFUSED: ProbeResult = { ok: false, message: 'connection refused' };
const LOCAL: ProbeResult = { ok: false, message: 'the host name is not known', local: true };
const ANSWERS: ProbeResult = { ok: true, message: 'answers' };

type Row = {
  title: string;
  reason: string;
  results: readonly ProbeResult[];
  failures: number;
  successes: number;
  isFailing: boolean;
};

const rows: readonly Row[] = [
  {
    title: 'failures up to the threshold',
    reason: 'the machine does not answer',
    results: [REFUSED, REFUSED, REFUSED],
    failures: 3,
    successes: 0,
    isFailing: true,
  },
  {
    title: 'faults on this side, however many',
    reason: 'they say nothing about the machine',
    results: Array.from({ length: 20 }, () => LOCAL),
    failures: 0,
    successes: 0,
    isFailing: false,
  },
  {
    title: 'a fault on this side after failures',
    reason: 'it is not the one that fills the threshold',
    results: [REFUSED, REFUSED, LOCAL],
    failures: 2,
    successes: 0,
    isFailing: false,
  },
  {
    title: 'a fault on this side between failures',
    reason: 'it does not start the count anew',
    results: [REFUSED, REFUSED, LOCAL, REFUSED],
    failures: 3,
    successes: 0,
    isFailing: true,
  },
  {
    title: 'a fault on this side while the probe fails',
    reason: 'it is no recovery either',
    results: [REFUSED, REFUSED, REFUSED, LOCAL],
    failures: 3,
    successes: 0,
    isFailing: true,
  },
  {
    title: 'a fault on this side before the second success of two that are wanted',
    reason: 'a success before it still counts',
    results: [REFUSED, REFUSED, REFUSED, ANSWERS, LOCAL, ANSWERS],
    failures: 0,
    successes: 2,
    isFailing: false,
  },
];

const [PROBE] = objectOf('VirtualMachine', {
  spec: {
    server: { socket: '/run/incus.socket' },
    image: { alias: 'base' },
    probes: [{ name: 'ssh', tcp: { host: 'vm', port: 22 }, failureThreshold: 3, successThreshold: 2 }],
  },
}).spec.probes;

describe('what is counted of', () => {
  for (const { title, reason, results, ...wanted } of rows) {
    test(title, () => {
      const is = results.reduce<ReturnType<typeof tally> | undefined>(tally, undefined);
      const { failures, successes, isFailing } = is ?? {};
      assert.deepEqual({ failures, successes, isFailing }, wanted, reason);
    });
  }
});

test('a fault on this side is told, and is not taken for an answer', () => {
  const { ok, message } = tally(tally(undefined, ANSWERS), LOCAL);
  assert.deepEqual({ ok, message }, { ok: false, message: LOCAL.message });
});

function tally(before: object | undefined, result: ProbeResult) {
  if (PROBE === undefined) throw new Error('the sample machine has no probe');
  // What the tally of one pass says, status keeps for the next.
  const kept = before as Parameters<typeof probeTally>[1];
  return probeTally(PROBE, kept, result);
}

describe('a probe calls it a fault on this side when', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ccci-test-probe-'));
  const prober = createProber(createSystemClock());
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('the host name of a tcp probe is not known', async () => {
    const result = await prober.tcp({ host: 'no-such-host.invalid', port: 22, timeoutMs: 30_000 });
    assert.equal(result.local, true, result.message);
  });

  test('the key file of an ssh probe does not exist', async () => {
    const [keyFile, knownHostsFile] = [join(folder, 'no-such-key'), join(folder, 'known_hosts')];
    const [host, port] = ['127.0.0.1', await freePort()];
    const result = await prober.ssh({ host, port, keyFile, knownHostsFile, timeoutMs: 30_000 });
    assert.equal(result.local, true, result.message);
  });

  const codes = { ENOTFOUND: true, EAI_AGAIN: true, ENETUNREACH: true, EHOSTUNREACH: true, ECONNREFUSED: undefined };
  for (const [code, local] of Object.entries(codes)) {
    test(`the system says ${code}: ${local === true ? 'yes' : 'no'}`, () => {
      assert.equal(explainFailure('tcp vm:22', Object.assign(new Error('x'), { code })).local, local);
    });
  }
});
