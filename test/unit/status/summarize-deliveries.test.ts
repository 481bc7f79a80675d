import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { Outcome } from '#act/outcome.ts';
import { ABSENT, known } from '#api/fact.ts';
import type { AgentObservation } from '#observe/observation.ts';
import type { CreateSession, TypeMessage } from '#plan/action.ts';
import { planAgent } from '#plan/plan-agent.ts';
import { summarizeDeliveries } from '#status/summarize-deliveries.ts';

import { agentOf, NOW_MS, objectOf, paneOf, processOf, seenOf } from '../../support/plan-input.ts';

const AT = ago(0);

type Row = {
  title: string;
  reason: string;
  cause: 'Claim' | 'Verdict' | 'Ping' | 'Nudge' | 'Notice' | 'Inbox' | 'Wake';
  /** What the pass did: typed it, or listed it in a start prompt. */
  did?: 'Typed' | 'Started';
  /** Seconds since the incarnation was started. */
  livedS?: number;
  isDead?: boolean;
  takenBy?: string;
  changes: object | undefined;
};

const rows: readonly Row[] = [
  {
    title: 'a verdict that a start prompt lists is taken, and not settled',
    reason: 'the incarnation may end before it reads it',
    cause: 'Verdict',
    did: 'Started',
    changes: { takenAt: AT, takenIncarnation: 'fresh1' },
  },
  {
    title: 'a ping that a start prompt lists is taken, and not settled',
    reason: 'a person wants it read',
    cause: 'Ping',
    did: 'Started',
    changes: { takenAt: AT, takenIncarnation: 'fresh1' },
  },
  {
    title: 'a nudge that a start prompt lists is settled',
    reason: 'it was for the session before: the start is what it asked for',
    cause: 'Nudge',
    did: 'Started',
    changes: { takenAt: AT, takenIncarnation: 'fresh1', settledAt: AT },
  },
  {
    title: 'a verdict that was typed and accepted is settled',
    reason: 'its screen showed it',
    cause: 'Verdict',
    did: 'Typed',
    changes: { takenAt: AT, takenIncarnation: 'inc1', settledAt: AT },
  },
  {
    title: 'a claim that was typed is taken, and not settled',
    reason: 'only an answer settles it',
    cause: 'Claim',
    did: 'Typed',
    changes: { takenAt: AT, takenIncarnation: 'inc1' },
  },
  {
    title: 'a verdict of a start prompt is not settled nine seconds after the start',
    reason: 'the incarnation has not lived long enough to have read it',
    cause: 'Verdict',
    livedS: 9,
    takenBy: 'inc1',
    changes: undefined,
  },
  {
    title: 'a verdict of a start prompt is settled ten seconds after the start',
    reason: 'the incarnation has read it',
    cause: 'Verdict',
    livedS: 10,
    takenBy: 'inc1',
    changes: { settledAt: AT },
  },
  {
    title: 'a verdict of a start prompt is not settled when the incarnation has died',
    reason: 'the next one has to be told',
    cause: 'Verdict',
    livedS: 60,
    isDead: true,
    takenBy: 'inc1',
    changes: undefined,
  },
  {
    title: 'a verdict that an earlier incarnation has taken is not settled by a later one',
    reason: 'that one was not told of it',
    cause: 'Verdict',
    livedS: 60,
    takenBy: 'inc0',
    changes: undefined,
  },
  {
    title: 'an inbox that was typed is taken, and not settled',
    reason: 'only the file that is gone settles it',
    cause: 'Inbox',
    did: 'Typed',
    changes: { takenAt: AT, takenIncarnation: 'inc1' },
  },
  {
    title: 'an inbox that a start prompt lists is taken, and not settled',
    reason: 'only the file that is gone settles it',
    cause: 'Inbox',
    did: 'Started',
    changes: { takenAt: AT, takenIncarnation: 'fresh1' },
  },
  {
    title: 'a wake for the session before is settled by a start',
    reason: 'the start has woken it',
    cause: 'Wake',
    did: 'Started',
    changes: { takenAt: AT, takenIncarnation: 'fresh1', settledAt: AT },
  },
  {
    title: 'a claim of a start prompt is not settled by time',
    reason: 'only an answer settles it',
    cause: 'Claim',
    livedS: 3600,
    takenBy: 'inc1',
    changes: undefined,
  },
];

describe('what becomes of a message:', () => {
  for (const { title, reason, cause, did, livedS = 3600, isDead = false, takenBy, changes } of rows) {
    test(title, () => {
      const status = { incarnation: 'inc1', startedAt: ago(livedS) };
      const object = agentOf({ status });
      const seen = seenOf({
        pane: paneOf({ dead: isDead }),
        process: isDead ? ABSENT : known(processOf()),
        related: { deliveries: [delivery(cause, takenBy)] },
      });
      const outcomes = did === undefined ? [] : [doneOutcome(did)];
      const plan = { key: 'Agent/builder', actions: [], waiting: [] };
      const moment = { wallMs: NOW_MS, id: 'fresh1' };
      const found = summarizeDeliveries({ object, seen, plan, outcomes, moment });
      assert.deepEqual(found[0] === undefined ? undefined : fate(found[0].status), changes, reason);
    });
  }
});

function fate(status: Readonly<Record<string, unknown>>): object {
  const kept = ['takenAt', 'takenIncarnation', 'settledAt'];
  return Object.fromEntries(Object.entries(status).filter(([name]) => kept.includes(name)));
}

function delivery(kind: Row['cause'], takenBy: string | undefined) {
  const cause = { kind, sha: 'a'.repeat(40), gate: 'handoff' };
  const spec = { agentRef: { name: 'builder' }, nonce: 'n', cause, text: 'Look.', createdAt: ago(7200) };
  const status = takenBy === undefined ? {} : { takenAt: ago(3000), takenIncarnation: takenBy };
  return objectOf('Delivery', { name: 'one', spec, status });
}

function doneOutcome(did: 'Typed' | 'Started'): Outcome {
  const action = did === 'Typed' ? TYPED : started();
  return { action, result: 'Done', facts: did === 'Typed' ? { accepted: true } : {} };
}

function started(): CreateSession {
  const seen = seenOf({ related: { deliveries: [delivery('Verdict', undefined)] } });
  const [action] = planAgent(agentOf(), seen, { wallMs: NOW_MS, id: 'fresh1' }).actions;
  if (action?.type !== 'CreateSession') throw new Error('could not make a start for the test');
  return action;
}

const TYPED: TypeMessage = {
  type: 'TypeMessage',
  reason: 'DeliveryDue',
  message: '1 message for it: one',
  blast: 'live',
  target: { sessionId: '$1', paneId: '%1', panePid: 100 },
  incarnation: 'inc1',
  nonce: 'n',
  text: '[ccci n] Look.',
  backend: 'claude',
  waitMarker: 'WAITING-UNTIL:',
  isPasted: false,
  proof: 'Screen',
  isQueued: false,
  deliveries: ['one'],
};

function ago(seconds: number): string {
  return new Date(NOW_MS - seconds * 1000).toISOString();
}

describe('how far a message has come when', () => {
  type Step = {
    title: string;
    action?: Partial<TypeMessage>;
    outcome?: Partial<Outcome>;
    has: readonly string[];
    not: readonly string[];
  };
  const steps: readonly Step[] = [
    {
      title: 'it left the input of a program in mid-turn: queued',
      action: { isQueued: true },
      has: ['queuedAt', 'typedAt'],
      not: ['takenAt', 'settledAt'],
    },
    {
      title: 'it left the input of a program that speaks for itself: typed, until the program says more',
      action: { proof: 'Signals' },
      has: ['typedAt', 'typedNonce'],
      not: ['queuedAt', 'takenAt'],
    },
    {
      title: 'it stands in the input: typed',
      outcome: { facts: { accepted: false } },
      has: ['typedAt'],
      not: ['takenAt'],
    },
    {
      title: 'its text never showed: an attempt that counts',
      outcome: { result: 'Failed', facts: {} },
      has: ['typedAt', 'attempts'],
      not: ['takenAt'],
    },
  ];
  for (const { title, action, outcome, has, not } of steps) {
    test(title, () => {
      const done: Outcome = { action: { ...TYPED, ...action }, result: 'Done', facts: { accepted: true }, ...outcome };
      const [found] = pass({ outcomes: [done] });
      for (const field of has) assert.ok(found?.status[field] !== undefined, field);
      for (const field of not) assert.equal(found?.status[field], undefined, field);
    });
  }

  test('the world had moved on before anything was typed: nowhere', () => {
    assert.deepEqual(pass({ outcomes: [{ action: TYPED, result: 'PreconditionFailed', facts: {} }] }), []);
  });

  test('a controller that died after Enter hears from the program that it was taken', () => {
    const at = ago(30);
    const operation = { id: 'old1', step: 'TypeMessage', startedAt: at, deadline: at, detail: { deliveries: ['one'] } };
    const said = { event: 'UserPromptSubmit', atMs: NOW_MS, payload: { prompt: '[ccci old1] Look.' } };
    const [found] = pass({ status: { operation }, signals: known({ events: [said], latest: {} }) });
    const { takenBy, typedIncarnation, attempts } = found?.status ?? {};
    assert.deepEqual(
      { takenBy, typedIncarnation, attempts },
      { takenBy: 'Signals', typedIncarnation: 'inc1', attempts: 1 },
    );
  });

  test('a start that nobody had an answer of is found to live: what its prompt lists was told', () => {
    const at = ago(5);
    const detail = { deliveries: ['one'] };
    const operation = { id: 'inc1', step: 'CreateSession', startedAt: at, deadline: at, detail };
    const target = { sessionId: '$1', paneId: '%1', panePid: 100 };
    const why = { reason: 'Adopted', message: 'it runs', blast: 'none' } as const;
    const adopted = { type: 'AdoptSession', ...why, target, marks: {}, incarnation: 'inc1' } as const;
    const [found] = pass({ status: { operation }, outcomes: [{ action: adopted, result: 'Done', facts: {} }] });
    const { takenBy, takenIncarnation } = found?.status ?? {};
    assert.deepEqual({ takenBy, takenIncarnation }, { takenBy: 'Prompt', takenIncarnation: 'inc1' });
    const other = { ...adopted, incarnation: 'inc0' };
    const none = pass({ status: { operation }, outcomes: [{ action: other, result: 'Done', facts: {} }] });
    assert.deepEqual(none, [], 'another session than the one that was started has been told nothing');
  });

  test('another launch is told what the one before had queued: nothing of that is left', () => {
    const status = { attempts: 3, typedAt: ago(60), typedIncarnation: 'inc0', queuedAt: ago(50), takenBy: 'Screen' };
    const action = { ...TYPED, proof: 'Signals' as const };
    const [found] = pass({ outcomes: [{ action, result: 'Done', facts: { accepted: true } }], delivery: status });
    const { attempts, queuedAt, takenBy } = found?.status ?? {};
    assert.deepEqual({ attempts, queuedAt, takenBy }, { attempts: 1, queuedAt: undefined, takenBy: undefined });
  });
});

type Given = {
  outcomes?: readonly Outcome[];
  status?: object;
  delivery?: object;
  signals?: AgentObservation['signals'];
};

function pass({ outcomes = [], status, delivery: told, signals }: Given) {
  const object = agentOf({
    spec: { backend: { type: 'claude' }, prompt: { inline: 'x' } },
    status: { incarnation: 'inc1', startedAt: ago(3600), ...status },
  });
  const one = delivery('Ping', undefined);
  const deliveries = [told === undefined ? one : objectOf('Delivery', { name: 'one', spec: one.spec, status: told })];
  const live = { pane: paneOf(), process: known(processOf()) };
  const seen = seenOf({ ...live, signals, related: { deliveries } });
  const plan = { key: 'Agent/builder', actions: [], waiting: [] };
  return summarizeDeliveries({ object, seen, plan, outcomes, moment: { wallMs: NOW_MS, id: 'fresh1' } });
}
