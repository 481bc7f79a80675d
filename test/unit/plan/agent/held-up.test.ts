import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { Outcome } from '#act/outcome.ts';
import type { AgentObject } from '#api/agent.ts';
import { ABSENT, known } from '#api/fact.ts';
import type { AgentState } from '#backends/agent-state.ts';
import { offlineDueMs } from '#plan/agent/restart-policy.ts';
import { launchRecord } from '#plan/agent/launch.ts';
import { planAgent } from '#plan/plan-agent.ts';
import { summarizeAgent } from '#status/summarize-agent.ts';

import { agentOf, caseOf, NOW_MS, paneOf, processOf, RIG, seenOf } from '../../../support/plan-input.ts';

const MINUTE_MS = 60_000;
const IDLE: AgentState = { state: 'Idle', box: 'Empty', evidence: 'done', source: 'Both', hasSignals: true };
const FAILED: AgentState = { ...IDLE, state: 'ApiError', cause: 'ServerError' };
const FULL: AgentState = { ...IDLE, state: 'ContextHigh', contextPercent: 92 };

/** One agent over time, looked at every ten seconds, with every act done at once. */
class Life {
  wallMs = NOW_MS;
  state: AgentState = IDLE;
  agent: AgentObject;
  readonly acts: { readonly what: string; readonly afterMs: number }[] = [];

  constructor(operator?: object) {
    const agent = agentOf({
      spec: { backend: { type: 'claude' }, prompt: { inline: 'Go.' } },
      ...(operator === undefined ? {} : { operator }),
    });
    const launch = launchRecord(caseOf(agent, seenOf()));
    this.agent = { ...agent, status: { conditions: [], observedGeneration: 1, incarnation: 'inc1', launch } };
  }

  watch(spanMs: number): void {
    for (const endMs = this.wallMs + spanMs; this.wallMs < endMs; this.wallMs += 10_000) this.#look();
  }

  #look(): void {
    const marks = {
      rig: RIG.id,
      agent: 'builder',
      incarnation: 'inc1',
      launch: JSON.stringify(this.agent.status?.launch),
    };
    const { state } = this;
    const live = {
      process: known(processOf()),
      state,
      screenState: { state: 'Idle', box: state.box, evidence: '' } as const,
    };
    const seen = seenOf({ pane: paneOf({ marks }), ...live, activity: { quietMs: 20_000 } });
    const moment = { wallMs: this.wallMs, id: 'inc1' };
    const plan = planAgent(this.agent, seen, moment);
    const outcomes = plan.actions.map((action): Outcome => ({ action, result: 'Done', facts: {} }));
    for (const { action } of outcomes) this.acts.push({ what: action.type, afterMs: this.wallMs - NOW_MS });
    this.agent = { ...this.agent, status: summarizeAgent({ object: this.agent, seen, plan, outcomes, moment }) };
  }
}

describe('an agent whose program gave up after an error of its provider', () => {
  test('is told to try again after delays that grow to ten minutes, and is never restarted', () => {
    const life = new Life();
    life.state = FAILED;
    life.watch(60 * MINUTE_MS);
    assert.deepEqual(new Set(life.acts.map(({ what }) => what)), new Set(['CreateDelivery']));
    const gaps = life.acts.map(({ afterMs }, index) => (afterMs - (life.acts[index - 1]?.afterMs ?? 0)) / 1000);
    assert.deepEqual(gaps.slice(0, 5), [30, 60, 120, 240, 480]);
    assert.ok(gaps.slice(5).every((gap) => gap === 600));
  });

  test('begins with the short delay again once a turn has gone well, not when it is busy for a moment', () => {
    const life = new Life();
    life.state = FAILED;
    life.watch(2 * MINUTE_MS);
    life.state = { ...IDLE, state: 'Busy' };
    life.watch(10_000);
    assert.equal(life.agent.status?.apiError?.attempts, 2);
    life.state = IDLE;
    life.watch(10_000);
    assert.equal(life.agent.status?.apiError, undefined);
  });

  test('is left alone when a person has stopped it', () => {
    const life = new Life({ stop: { by: 'ana', at: new Date(NOW_MS).toISOString() } });
    life.state = FAILED;
    life.watch(MINUTE_MS);
    assert.ok(life.acts.every(({ what }) => what === 'StopSession'));
  });
});

describe('a conversation that is nearly full', () => {
  test('is compacted once, and not again while it was seen to happen', () => {
    const life = new Life();
    life.state = FULL;
    life.watch(20_000);
    life.state = { ...IDLE, state: 'Compacting', box: 'None' };
    life.watch(20_000);
    life.state = FULL;
    life.watch(20 * MINUTE_MS);
    assert.deepEqual(
      life.acts.map(({ what }) => what),
      ['TypeCommand'],
    );
  });

  test('is left behind after two compactions that did not come', () => {
    const life = new Life();
    life.state = FULL;
    life.watch(21 * MINUTE_MS);
    assert.deepEqual(
      life.acts.slice(0, 4).map(({ what }) => what),
      ['TypeCommand', 'TypeCommand', 'StopSession', 'CreateSession'],
    );
  });

  test('is no reason for anything when the agent may have written that itself', () => {
    const life = new Life();
    life.state = { ...FAILED, cause: 'ContextFull', spoofable: true };
    life.watch(4 * MINUTE_MS);
    assert.deepEqual(
      life.acts.filter(({ what }) => what === 'TypeCommand' || what === 'StopSession'),
      [],
    );
  });
});

describe('a start after a connection was lost', () => {
  for (const { reason, tries, wantMs } of [
    { reason: 'the first one waits for the first delay', tries: 0, wantMs: 10_000 },
    { reason: 'the delay grows', tries: 2, wantMs: 40_000 },
    { reason: 'and has an end', tries: 12, wantMs: 300_000 },
  ]) {
    test(`comes ${String(wantMs / 1000)} s after the ${String(tries + 1)}. exit: ${reason}`, () => {
      const at = (agoMs: number) => new Date(NOW_MS - agoMs).toISOString();
      const recent = Array.from({ length: tries }, () => ({
        at: at(1000),
        reason: 'ConnectionLost',
        message: '',
        counted: false,
      }));
      const agent = agentOf({
        status: { lastExit: { at: at(0), reason: 'ConnectionLost' }, restarts: { count: tries, recent } },
      });
      assert.equal(offlineDueMs(caseOf(agent, seenOf({ process: ABSENT }))) - NOW_MS, wantMs);
    });
  }
});
