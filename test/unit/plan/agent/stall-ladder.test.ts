import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { known } from '#api/fact.ts';
import { COVERED_VERSIONS } from '#backends/covered-versions.ts';
import { backendOf } from '#backends/registry.ts';
import { ObjectSet } from '#observe/object-set.ts';
import { relationsOf } from '#observe/relations.ts';
import { launchRecord } from '#plan/agent/launch.ts';
import { isStalled } from '#plan/agent/stall.ts';
import { planAgent } from '#plan/plan-agent.ts';

import { agentOf, caseOf, NOW_MS, objectOf, paneOf, processOf, RIG, seenOf } from '../../../support/plan-input.ts';

const GARBLED = '● working\n\ngarbled @@@@ ####\n⎿ zzz\n';

/** A claude that has been quiet for an hour, its screen showing no input, with the rung that it has reached. */
function stalled(step: 'Nudged' | 'Interrupted' | undefined) {
  const spec = { backend: { type: 'claude' }, prompt: { inline: 'Build it.' } };
  const launch = launchRecord(caseOf(agentOf({ spec }), seenOf()));
  const stall = step === undefined ? {} : { stall: { since: ago(600), step, stepAt: ago(300) } };
  const agent = agentOf({ spec, status: { incarnation: 'inc1', startedAt: ago(7200), launch, ...stall } });
  const marks = { rig: RIG.id, agent: 'builder', incarnation: 'inc1', launch: JSON.stringify(launch) };
  const seen = {
    pane: paneOf({ marks }),
    process: known(processOf()),
    screen: known(GARBLED),
    screenState: backendOf('claude').classify(GARBLED, { waitMarker: 'WAITING-UNTIL:' }),
    activity: { quietMs: 3_600_000 },
  };
  return { agent, seen };
}

function ago(seconds: number): string {
  return new Date(NOW_MS - seconds * 1000).toISOString();
}

function nudge() {
  const spec = {
    agentRef: { name: 'builder' },
    nonce: 'n',
    cause: { kind: 'Nudge' },
    text: 'Go on.',
    createdAt: ago(300),
  };
  return objectOf('Delivery', { name: 'nudge', spec });
}

const rungs = [
  { step: undefined, does: ['CreateDelivery'], reason: 'the ladder begins although its messages can not be typed' },
  { step: 'Nudged', does: ['Interrupt'], reason: 'the nudge can not be typed, which is no reason to wait for ever' },
  { step: 'Interrupted', does: ['StopSession', 'CreateSession'], reason: 'a restart brings the input back' },
] as const;

describe('a stalled agent whose message waits for an input climbs the ladder', () => {
  for (const { step, does, reason } of rungs) {
    test(`from ${step ?? 'its foot'} to ${does.join(' and ')}`, () => {
      const { agent, seen } = stalled(step);
      const plan = planAgent(agent, seenOf({ ...seen, related: { deliveries: [nudge()] } }), MOMENT);
      assert.deepEqual(
        plan.actions.map(({ type }) => type),
        does,
        reason,
      );
      assert.ok(
        plan.waiting.some((waiting) => waiting.reason === 'NoInput'),
        'that a message waits is said too',
      );
    });
  }
});

const others = [
  { title: 'an active one holds', reason: 'a common cause is likely', other: {}, isHeld: true },
  {
    title: 'one that its manifest suspends does not',
    reason: 'it is not going to be restarted, and its stall is as old as its suspension',
    other: { spec: { suspend: true } },
    isHeld: false,
  },
  {
    title: 'one that a person has suspended does not',
    reason: 'the order counts as much as the manifest',
    other: { operator: { suspend: { by: 'ann', at: ago(60) } } },
    isHeld: false,
  },
  {
    title: 'one whose suspension is over does',
    reason: 'it is acted on again',
    other: { operator: { suspend: { by: 'ann', at: ago(600), until: ago(60) } } },
    isHeld: true,
  },
];

describe('of other stalled agents', () => {
  for (const { title, reason, other, isHeld } of others) {
    test(title, () => {
      const { agent, seen } = stalled('Interrupted');
      const status = { stall: { since: ago(9000), step: 'Nudged', stepAt: ago(9000) } };
      const backend = { type: 'command', command: ['./agent.sh'] };
      const spec = { mode: 'Loop', workdir: '/work/adversary', backend, ...other.spec };
      const adversary = objectOf('Agent', { ...other, name: 'adversary', spec, status });
      const related = relationsOf(agent, new ObjectSet([agent, adversary]), NOW_MS);
      const plan = planAgent(agent, seenOf({ ...seen, related }), MOMENT);
      const held = plan.waiting.some((waiting) => waiting.reason === 'StalledTogether');
      const restarts = plan.actions.some(({ type }) => type === 'CreateSession');
      assert.deepEqual({ held, restarts }, { held: isHeld, restarts: !isHeld }, reason);
    });
  }
});

const versions = [
  { version: '9.9.9', state: 'Wedged', isHeld: true, reason: 'its silence may be words that nobody knows yet' },
  { version: '9.9.9', state: 'Unknown', isHeld: true, reason: 'nobody knows what it shows' },
  { version: '9.9.9', state: 'Idle', isHeld: false, reason: 'the end of its turn was seen' },
  { version: COVERED_VERSIONS.claude, state: 'Wedged', isHeld: false, reason: 'what it would say is known' },
] as const;

describe('a stalled agent of version', () => {
  for (const { version, state, isHeld, reason } of versions) {
    test(`${String(version)} that is ${state} is ${isHeld ? 'left to a person' : 'restarted'}: ${reason}`, () => {
      const { agent, seen } = stalled('Interrupted');
      const told = { state, version, box: 'Empty', source: 'Both', evidence: '', hasSignals: true } as const;
      const plan = planAgent(agent, seenOf({ ...seen, state: told }), MOMENT);
      const held = plan.waiting.some((waiting) => waiting.reason === 'VersionNotCovered');
      const restarts = plan.actions.some(({ type }) => type === 'CreateSession');
      assert.deepEqual({ held, restarts }, { held: isHeld, restarts: !isHeld });
    });
  }
});

test('a version that was told at the beginning of this launch is remembered', () => {
  const { agent, seen } = stalled('Interrupted');
  const since = { since: ago(600), source: 'Signals' as const, evidence: '' };
  const status = { ...agent.status, state: { name: 'Busy', version: '9.9.9', ...since } } as typeof agent.status;
  const told = { state: 'Wedged', box: 'Empty', source: 'Both', evidence: '', hasSignals: true } as const;
  const plan = planAgent(
    { ...agent, ...(status === undefined ? {} : { status }) },
    seenOf({ ...seen, state: told }),
    MOMENT,
  );
  assert.deepEqual(
    plan.waiting.map(({ reason }) => reason),
    ['VersionNotCovered'],
  );
});

const MOMENT = { wallMs: NOW_MS, id: 'fresh1' };

describe('a wedged agent with a text in its input', () => {
  for (const { draft, is, reason } of [
    { draft: '[ccci 0a1b2c3d] review(p1) answers your claim', is: true, reason: 'a message of ours is nobody at work' },
    { draft: 'half a thou', is: false, reason: 'somebody is typing' },
  ])
    test(`${is ? 'is' : 'is not'} stalled: ${reason}`, () => {
      const { agent, seen } = stalled(undefined);
      const screenState = { state: 'Busy', box: 'Draft', draft, evidence: '✻ Working…' } as const;
      assert.equal(isStalled(caseOf(agent, seenOf({ ...seen, screenState }))), is);
    });
});
