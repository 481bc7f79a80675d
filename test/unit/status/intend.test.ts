import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ABSENT, known, unknown } from '#api/fact.ts';
import type { ProbeResult } from '#drivers/probe/probe.ts';
import { withStatus } from '#observe/object-set.ts';
import type { VirtualMachineObservation } from '#observe/observation.ts';
import { planObject } from '#plan/plan-object.ts';
import { intend, summarize } from '#status/summarize.ts';

import { agentOf, NOW_MS, objectOf, paneOf, processOf, RIG, seenOf, MACHINE_SIGHT } from '../../support/plan-input.ts';

const MOMENT = { wallMs: NOW_MS, id: 'fresh1' };

const orders = [
  { title: 'of a live agent', seen: { pane: paneOf(), process: known(processOf()) } },
  { title: 'of an agent that has no session', seen: {} },
];

describe('a restart that a person ordered is handled on disk before the session is made, also', () => {
  for (const { title, seen: given } of orders) {
    test(title, () => {
      const order = { id: 'r1', by: 'ann', at: iso(-1) };
      const launch = {
        version: 1,
        backend: 'command',
        argv: ['./agent.sh'],
        cwd: '/work/builder',
        promptHash: 'p1',
        envNames: {},
      };
      const marks = { rig: RIG.id, agent: 'builder', incarnation: 'inc1', launch: JSON.stringify(launch) };
      const object = agentOf({ operator: { restart: order }, status: { incarnation: 'inc1', launch } });
      const seen = seenOf({ ...given, ...('pane' in given ? { pane: paneOf({ marks }) } : {}) });
      const plan = planObject(object, seen, MOMENT);
      const start = plan.actions.find(({ type }) => type === 'CreateSession');
      assert.ok(start, 'the order is carried out');
      const onDisk = intend({ object, seen, plan, outcomes: [], moment: MOMENT }, start);
      assert.equal(onDisk?.['handledRestart'], 'r1');
      // The controller dies here: the new session lives, its status is what the intent left.
      const after = withStatus(object, onDisk ?? {});
      const made = { ...marks, incarnation: 'fresh1' };
      const lives = seenOf({ ...ALIVE, pane: paneOf({ marks: made }) });
      const next = planObject(after, lives, { wallMs: NOW_MS + 1000, id: 'fresh2' }).actions.map(({ type }) => type);
      assert.deepEqual(
        next.filter((type) => type !== 'AdoptSession'),
        [],
        'and not a second time',
      );
    });
  }
});

const ALIVE = {
  process: known(processOf()),
  screenState: { state: 'Idle', box: 'Empty', evidence: '' },
  activity: { quietMs: 0 },
} as const;

const REFUSED: ProbeResult = { ok: false, message: 'connection refused' };

type Row = { title: string; reason: string; threshold: number; later?: ProbeResult; restarts: boolean };

const rows: readonly Row[] = [
  {
    title: 'no probe was asked since the restart',
    reason: 'what it said before says nothing about the machine now',
    threshold: 3,
    restarts: false,
  },
  {
    title: 'no probe was asked since the restart, and one failure is enough',
    reason: 'the failure that led to the restart is from before it',
    threshold: 1,
    restarts: false,
  },
  {
    title: 'a probe failed once since the restart, and three times are needed',
    reason: 'the failures from before do not count',
    threshold: 3,
    later: REFUSED,
    restarts: false,
  },
  {
    title: 'a probe failed since the restart, and once is enough',
    reason: 'the restart did not help',
    threshold: 1,
    later: REFUSED,
    restarts: true,
  },
];

describe('whether a machine is restarted again when it has settled and', () => {
  for (const { title, reason, threshold, later, restarts } of rows) {
    test(title, () => {
      const machine = machineOf(threshold);
      const seen = machineSeen({ ssh: REFUSED });
      const plan = planObject(machine, seen, MOMENT);
      const [action] = plan.actions;
      assert.ok(
        action?.type === 'ChangeInstance' && action.change.action === 'restart',
        'the failure leads to a restart',
      );
      const before = { object: machine, seen, plan, outcomes: [], moment: MOMENT };
      const intended = withStatus(machine, intend(before, action) ?? {});
      const outcome = { action, result: 'Done', facts: {} } as const;
      const status = summarize({ ...before, object: intended, outcomes: [outcome] });
      const settledAt = { wallMs: NOW_MS + 240_000, id: 'fresh2' };
      const next = planObject(
        withStatus(machine, status),
        machineSeen(later === undefined ? {} : { ssh: later }),
        settledAt,
      );
      assert.equal(next.actions.length > 0, restarts, reason);
    });
  }
});

function machineOf(failureThreshold: number) {
  const failures = failureThreshold - 1;
  const spec = {
    server: { socket: '/run/incus.socket' },
    image: { alias: 'base' },
    probes: [{ name: 'ssh', tcp: { host: 'vm', port: 22 }, failureThreshold, delay: '10m' }],
    repair: { softRestart: { max: 2, per: '1h', settle: '3m' } },
  };
  const probe = { name: 'ssh', ok: false, failures, successes: 0, message: REFUSED.message, lastAt: iso(-31) };
  return objectOf('VirtualMachine', { name: 'vm', spec, status: { probes: [probe], softRestarts: [] } });
}

function machineSeen(probes: VirtualMachineObservation['probes']): VirtualMachineObservation {
  const marks = { 'user.ccci.rig': RIG.id, 'user.ccci.name': 'vm' };
  const power = { status: 'Running', statusCode: 103, halfCreated: false };
  const rest = { description: '', etag: 'e', createdAt: iso(-9000), lastUsedAt: iso(-9000) };
  const instance = known({ name: 'vm', type: 'container', config: marks, devices: {}, ...power, ...rest });
  const notNeeded = unknown('NotObserved', 'not needed');
  return { kind: 'VirtualMachine', rig: RIG, instance, image: ABSENT, busyWith: notNeeded, ...MACHINE_SIGHT, probes };
}

function iso(seconds: number): string {
  return new Date(NOW_MS + seconds * 1000).toISOString();
}
