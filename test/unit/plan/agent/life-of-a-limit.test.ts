import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { Outcome } from '#act/outcome.ts';
import type { AccountObject } from '#api/account.ts';
import type { AgentObject } from '#api/agent.ts';
import { ABSENT, known } from '#api/fact.ts';
import type { AgentState } from '#backends/agent-state.ts';
import type { DeliverySpec } from '#api/delivery.ts';
import { accountRelations, observeAccount } from '#observe/account-relations.ts';
import { ObjectSet } from '#observe/object-set.ts';
import { launchRecord } from '#plan/agent/launch.ts';
import { planAccount } from '#plan/plan-account.ts';
import { planAgent } from '#plan/plan-agent.ts';
import { summarizeAccount } from '#status/summarize-account.ts';
import { summarizeAgent } from '#status/summarize-agent.ts';

import { caseOf, NOW_MS, objectOf, paneOf, processOf, RIG, seenOf } from '../../../support/plan-input.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const IDLE: AgentState = { state: 'Idle', box: 'Empty', evidence: 'done', source: 'Both', hasSignals: true };
const BUSY: AgentState = { ...IDLE, state: 'Busy' };

function limited(more: Partial<AgentState> = {}): AgentState {
  return { ...IDLE, state: 'UsageLimited', evidence: "You've hit your session limit", ...more };
}

/** Agents of one account, looked at in turn as the controller does, with every act done at once. */
class Crew {
  wallMs = NOW_MS;
  readonly told: { readonly name: string; readonly atMs: number }[] = [];
  readonly started: string[] = [];
  /** True when an agent that is told of the reset goes to work; otherwise it meets the limit again. */
  worksAgain = true;
  readonly states = new Map<string, AgentState | 'Dead'>();
  #account: AccountObject = objectOf('Account', { name: 'team' });
  #agents: AgentObject[];

  constructor(agents: readonly { name: string; usageLimit?: object }[]) {
    this.#agents = agents.map(({ name, usageLimit = {} }) => crewMember(name, usageLimit));
    for (const { name } of agents) this.states.set(name, IDLE);
  }

  /** Looks at everything for so long, every ten seconds. */
  watch(spanMs: number): void {
    const endMs = this.wallMs + spanMs;
    for (; this.wallMs < endMs; this.wallMs += 10_000) this.look();
  }

  look(): void {
    const moment = { wallMs: this.wallMs, id: 'fresh1' };
    this.#agents = this.#agents.map((agent) => this.#pass(agent));
    const seen = observeAccount('team', this.#objects());
    const plan = planAccount(this.#account, seen, moment);
    const status = summarizeAccount({ object: this.#account, seen, plan, outcomes: [], moment });
    this.#account = { ...this.#account, status };
  }

  order(name: string, operator: AgentObject['operator'] & object): void {
    this.#agents = this.#agents.map((agent) => (agent.metadata.name === name ? { ...agent, operator } : agent));
  }

  forget(): void {
    this.#account = objectOf('Account', { name: 'team' });
  }

  get account() {
    return this.#account.status;
  }

  #objects(): ObjectSet {
    return new ObjectSet([this.#account, ...this.#agents]);
  }

  #pass(agent: AgentObject): AgentObject {
    const { name } = agent.metadata;
    const state = this.states.get(name) ?? IDLE;
    const pane = paneOf({
      marks: { rig: RIG.id, agent: name, incarnation: 'inc1', launch: JSON.stringify(agent.status?.launch) },
    });
    const live = { process: known(processOf()), state, activity: { quietMs: 0 } };
    const seen = seenOf({
      ...(state === 'Dead'
        ? { pane: { ...pane, pane: { ...pane.pane, dead: true, deadStatus: 1 } }, process: ABSENT }
        : { pane, ...live, state }),
      related: accountRelations(agent, this.#objects()),
    });
    const moment = { wallMs: this.wallMs, id: 'inc1' };
    const plan = planAgent(agent, seen, moment);
    const outcomes = plan.actions.map((action): Outcome => ({ action, result: 'Done', facts: {} }));
    for (const { action } of outcomes) {
      if (action.type === 'CreateDelivery') this.#tell(name, action.spec);
      if (action.type === 'CreateSession') this.started.push(name);
    }
    const status = summarizeAgent({ object: agent, seen, plan, outcomes, moment });
    return { ...agent, status };
  }

  #tell(name: string, { cause }: DeliverySpec): void {
    this.told.push({ name: `${name}: ${cause.kind}`, atMs: this.wallMs });
    if (this.worksAgain) this.states.set(name, BUSY);
  }
}

function crewMember(name: string, usageLimit: object): AgentObject {
  const agent = objectOf('Agent', {
    name,
    spec: {
      mode: 'Loop',
      workdir: `/work/${name}`,
      backend: { type: 'claude', account: 'team' },
      prompt: { inline: 'Go.' },
      usageLimit: { jitter: '20s', ...usageLimit },
    },
  });
  const launch = launchRecord(caseOf(agent, seenOf()));
  return { ...agent, status: { conditions: [], observedGeneration: 1, incarnation: 'inc1', launch } };
}

describe('agents of an account whose usage limit is reached', () => {
  test('are left alone until the reset that one of them was told, and go on once each', () => {
    const crew = new Crew([{ name: 'a' }, { name: 'b' }, { name: 'idle' }]);
    const untilMs = NOW_MS + HOUR_MS;
    crew.states.set('a', limited({ untilMs }));
    // Words are cut to the minute: this one ends with the hour.
    crew.states.set('b', limited({ resetText: '10:59am (UTC)' }));
    crew.watch(HOUR_MS);
    assert.equal(crew.account?.resetAt, new Date(untilMs).toISOString());
    assert.deepEqual(crew.told, [], 'nobody is told anything before the reset');
    crew.watch(10 * MINUTE_MS);
    assert.deepEqual(crew.told.map(({ name }) => name).toSorted(), ['a: Resume', 'b: Resume']);
    assert.ok(crew.told.every(({ atMs }) => atMs >= untilMs && atMs <= untilMs + 30_000));
  });

  test('go on by priority, one after the other', () => {
    const crew = new Crew([
      { name: 'low' },
      { name: 'high', usageLimit: { priority: 10 } },
      { name: 'middle', usageLimit: { priority: 5 } },
    ]);
    for (const name of ['low', 'high', 'middle']) crew.states.set(name, limited({ untilMs: NOW_MS + HOUR_MS }));
    crew.watch(HOUR_MS + 2 * MINUTE_MS);
    assert.deepEqual(
      crew.told.map(({ name }) => name),
      ['high: Resume', 'middle: Resume', 'low: Resume'],
    );
  });

  test('are told once although the words about the reset stay on the screen', () => {
    const crew = new Crew([{ name: 'a' }]);
    crew.states.set('a', limited({ resetText: '10:30am (UTC)' }));
    crew.watch(31 * MINUTE_MS);
    crew.watch(5 * MINUTE_MS);
    crew.states.set('a', IDLE);
    crew.watch(HOUR_MS);
    assert.deepEqual(
      crew.told.map(({ name }) => name),
      ['a: Resume'],
    );
    assert.equal(crew.account?.limitedSince, undefined);
  });

  test('find out soon when the words about the reset are those of an earlier day', () => {
    const crew = new Crew([{ name: 'a' }]);
    crew.states.set('a', limited({ resetText: '9am (UTC)' }));
    crew.watch(10 * MINUTE_MS);
    assert.deepEqual(
      crew.told.map(({ name }) => name),
      ['a: Resume'],
      'a session limit does not last for a day',
    );
  });

  test('wait for the new reset when they meet the limit again', () => {
    const crew = new Crew([{ name: 'a' }]);
    crew.states.set('a', limited({ untilMs: NOW_MS + HOUR_MS }));
    crew.watch(HOUR_MS + MINUTE_MS);
    crew.states.set('a', limited({ untilMs: NOW_MS + 5 * HOUR_MS }));
    crew.watch(3 * HOUR_MS);
    assert.equal(crew.told.length, 1);
    crew.watch(2 * HOUR_MS);
    assert.equal(crew.told.length, 2);
  });

  test('who died meanwhile are started at the reset, not before', () => {
    const crew = new Crew([{ name: 'a' }, { name: 'dead' }]);
    crew.states.set('a', limited({ untilMs: NOW_MS + HOUR_MS }));
    crew.look();
    crew.states.set('dead', 'Dead');
    crew.watch(HOUR_MS - 10_000);
    assert.equal(crew.started.length, 0);
    crew.watch(2 * MINUTE_MS);
    assert.deepEqual(new Set(crew.started), new Set(['dead']));
  });

  test('go on by themselves when the record of the account is lost', () => {
    const crew = new Crew([{ name: 'a' }]);
    crew.states.set('a', limited({ untilMs: NOW_MS + HOUR_MS }));
    crew.watch(30 * MINUTE_MS);
    crew.forget();
    crew.watch(31 * MINUTE_MS);
    assert.equal(crew.told.length, 1);
  });

  test('go on when the controller was away at the reset', () => {
    const crew = new Crew([{ name: 'a' }]);
    crew.states.set('a', limited({ untilMs: NOW_MS + HOUR_MS }));
    crew.watch(MINUTE_MS);
    crew.wallMs += 5 * HOUR_MS;
    crew.watch(2 * MINUTE_MS);
    assert.deepEqual(
      crew.told.map(({ name }) => name),
      ['a: Resume'],
    );
  });

  test('wait for a person where the manifest says so', () => {
    const crew = new Crew([{ name: 'a', usageLimit: { resume: 'Manual' } }]);
    crew.states.set('a', limited({ untilMs: NOW_MS + HOUR_MS }));
    crew.watch(3 * HOUR_MS);
    assert.deepEqual(crew.told, []);
    crew.order('a', { resume: { by: 'ana', id: 'r1', at: new Date(crew.wallMs).toISOString() } });
    crew.watch(10 * MINUTE_MS);
    assert.deepEqual(
      crew.told.map(({ name }) => name),
      ['a: Resume'],
    );
  });

  test('stay stopped or suspended when a person said so', () => {
    const crew = new Crew([{ name: 'stopped' }, { name: 'suspended' }]);
    crew.order('stopped', { stop: { by: 'ana', at: new Date(NOW_MS).toISOString() } });
    crew.order('suspended', { suspend: { by: 'ana', at: new Date(NOW_MS).toISOString() } });
    for (const name of ['stopped', 'suspended']) crew.states.set(name, limited({ untilMs: NOW_MS + HOUR_MS }));
    crew.watch(2 * HOUR_MS);
    assert.deepEqual([crew.told, crew.started], [[], []]);
  });
});

describe('a usage limit of which nobody says when it resets', () => {
  test('is tried by one agent, less and less often, until it goes through; then the others follow', () => {
    const crew = new Crew([{ name: 'a' }, { name: 'b', usageLimit: { priority: 3 } }]);
    crew.worksAgain = false;
    for (const name of ['a', 'b']) crew.states.set(name, limited());
    crew.watch(4 * MINUTE_MS);
    assert.equal(crew.told.length, 0, 'the first try comes after five minutes');
    crew.watch(2 * MINUTE_MS);
    assert.deepEqual(
      crew.told.map(({ name }) => name),
      ['b: Resume'],
      'the one with the highest priority finds out',
    );
    for (let hour = 0; hour < 4; hour += 1) crew.watch(HOUR_MS);
    const before = crew.told.length;
    assert.ok(
      before >= 4 && before <= 7,
      `it is tried at most once an hour in the end, and was tried ${String(before)} times`,
    );
    crew.worksAgain = true;
    crew.watch(HOUR_MS + 2 * MINUTE_MS);
    assert.equal(crew.account?.limitedSince, undefined, 'one who is at work shows that the limit is over');
    assert.equal(crew.told.length, before + 2, 'the other one is told once');
  });
});
