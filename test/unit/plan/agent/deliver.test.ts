import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { known } from '#api/fact.ts';
import type { AgentState } from '#backends/agent-state.ts';
import type { ScreenState } from '#backends/backend.ts';
import type { Signal } from '#backends/signal.ts';
import { deliver } from '#plan/agent/deliver.ts';

import { agentOf, caseOf, NOW_MS, objectOf, paneOf, processOf, seenOf } from '../../../support/plan-input.ts';

const AT = new Date(NOW_MS).toISOString();
const IDLE: ScreenState = { state: 'Idle', box: 'Empty', evidence: '' };

function draftOf(draft: string): ScreenState {
  return { ...IDLE, box: 'Draft', draft };
}

function message(name: string, status: object = {}) {
  const cause = { kind: 'Claim', sha: 'a'.repeat(40), gate: 'handoff' };
  const spec = { agentRef: { name: 'builder' }, nonce: 'n', cause, text: `text of ${name}`, createdAt: AT };
  return objectOf('Delivery', { name, spec, status });
}

type Row = {
  title: string;
  reason: string;
  due?: readonly string[];
  screen?: ScreenState;
  /** The names that an earlier attempt has pasted, and whether its nonce is on the screen. */
  open?: { names: readonly string[]; shown: boolean | undefined };
  types?: { isPasted: boolean; names: readonly string[] };
  waits?: string;
};

const rows: readonly Row[] = [
  {
    title: 'an open and empty input',
    reason: 'everything that is due is one message',
    types: { isPasted: false, names: ['one', 'two'] },
  },
  {
    title: 'a line that a person has begun',
    reason: 'a message would be glued to it',
    screen: draftOf('hello'),
    waits: 'SomebodyTyping',
  },
  {
    title: 'our own text, pasted by an attempt that failed before Enter',
    reason: 'it is submitted, and says only what was due at that time',
    screen: draftOf('[ccci old1] text of one'),
    open: { names: ['one'], shown: true },
    types: { isPasted: true, names: ['one'] },
  },
  {
    title: 'our own text, which nobody remembers since the state was lost',
    reason: 'it is submitted by itself, and what is due follows',
    screen: draftOf('[ccci old2] text of one'),
    types: { isPasted: true, names: [] },
  },
  {
    title: 'our own text, whose matter was settled meanwhile',
    reason: 'it may not stand in the input for ever: nothing else could be typed, and no turn would end',
    due: [],
    screen: draftOf('[ccci old1] text of one'),
    open: { names: ['one'], shown: true },
    types: { isPasted: true, names: [] },
  },
  {
    title: 'an earlier attempt that arrived, for something else than what is due now',
    reason: 'what is due now was not said yet',
    due: ['two'],
    open: { names: ['one'], shown: true },
    types: { isPasted: false, names: ['two'] },
  },
  {
    title: 'an earlier attempt that never reached the screen',
    reason: 'it is made again',
    open: { names: ['one', 'two'], shown: false },
    types: { isPasted: false, names: ['one', 'two'] },
  },
  {
    title: 'an earlier attempt of which nobody can tell how far it came',
    reason: 'another one might say it twice',
    open: { names: ['one', 'two'], shown: undefined },
    waits: 'ScreenUnknown',
  },
  { title: 'nothing is due', reason: 'there is nothing to say', due: [] },
];

describe('typing what is due', () => {
  for (const { title, reason, due = ['one', 'two'], screen = IDLE, open, types, waits } of rows) {
    test(title, () => {
      const detail = { deliveries: open?.names };
      const operation = { id: 'old1', step: 'TypeMessage', startedAt: AT, deadline: AT, detail };
      const agent = agentOf({ status: open === undefined ? {} : { operation } });
      const seen = seenOf({
        pane: paneOf(),
        process: known(processOf()),
        screenState: screen,
        nonceShown: open?.shown,
        related: { deliveries: due.map((name) => message(name)) },
      });
      const decision = deliver(caseOf(agent, seen));
      const typed = decision?.actions.find((action) => action.type === 'TypeMessage');
      const is = typed && { isPasted: typed.isPasted, names: typed.deliveries };
      assert.deepEqual(is, types, reason);
      assert.equal(decision?.waiting[0]?.reason, waits, reason);
    });
  }
});

const CLAUDE = { backend: { type: 'claude' }, prompt: { inline: 'Build it.' } };

type Word = 'UserPromptSubmit' | 'enqueue';

type SignalRow = {
  title: string;
  reason: string;
  state?: Partial<AgentState>;
  /** What the program has said about the message that was typed last. */
  says?: Word;
  /** Seconds since it was typed; undefined: nothing was. */
  typedS?: number;
  hasLeft?: boolean;
  shown?: boolean | undefined;
  types?: boolean;
  waits?: string;
  requeueS?: number;
};

const signalRows: readonly SignalRow[] = [
  { title: 'nothing was typed yet', reason: 'its input is open', types: true },
  {
    title: 'the program said that it took it',
    reason: 'it is never typed again',
    typedS: 3,
    says: 'UserPromptSubmit',
    shown: false,
  },
  {
    title: 'the program keeps it in its queue',
    reason: 'it is taken when the turn is over',
    state: { state: 'Busy' },
    typedS: 3,
    says: 'enqueue',
    shown: false,
  },
  {
    title: 'it left the input a moment ago',
    reason: 'the word of its program is on its way',
    typedS: 3,
    hasLeft: true,
    shown: true,
    waits: 'DeliveryUnproven',
    requeueS: 0.25,
  },
  {
    title: 'it left the input, no word came, and the screen shows it as sent',
    reason: 'what it took may not be said twice',
    typedS: 11,
    hasLeft: true,
    shown: true,
  },
  {
    title: 'it left the input, no word came, and it is nowhere to be seen',
    reason: 'it was swallowed',
    typedS: 11,
    hasLeft: true,
    shown: false,
    types: true,
  },
  {
    title: 'a paste that does not show yet',
    reason: 'it may still show, and would stand there twice',
    typedS: 11,
    shown: false,
    waits: 'DeliveryRetried',
    requeueS: 4,
  },
  { title: 'a paste that never showed', reason: 'it was lost', typedS: 16, shown: false, types: true },
];

describe('typing with a program that speaks for itself, when', () => {
  for (const { title, reason, state, says, typedS, hasLeft, shown, types = false, waits, requeueS } of signalRows) {
    test(title, () => {
      const startedAt = new Date(NOW_MS - (typedS ?? 0) * 1000).toISOString();
      const detail = { deliveries: ['one'], ...(hasLeft === true ? { left: true } : {}) };
      const operation = { id: 'old1', step: 'TypeMessage', startedAt, deadline: startedAt, detail };
      const status = { incarnation: 'inc1', ...(typedS === undefined ? {} : { operation }) };
      const seen = seenOf({
        pane: paneOf(),
        process: known(processOf()),
        state: { state: 'Idle', box: 'Empty', evidence: '', source: 'Signals', hasSignals: true, ...state },
        signals: known({ events: says === undefined ? [] : [said(says)], latest: {} }),
        nonceShown: shown,
        related: { deliveries: [message('one')] },
      });
      const decision = deliver(caseOf(agentOf({ spec: CLAUDE, status }), seen));
      assert.equal(decision?.actions.length ?? 0, types ? 1 : 0, reason);
      assert.equal(decision?.waiting[0]?.reason, waits, reason);
      if (requeueS !== undefined) assert.equal(decision?.requeueAfterMs, requeueS * 1000, reason);
    });
  }
});

function said(word: Word): Signal {
  const text = '[ccci old1] text of one';
  const payload = word === 'enqueue' ? { operation: 'enqueue', content: text } : { prompt: text };
  return { event: word, atMs: NOW_MS, payload };
}

describe('a message that was typed and not taken', () => {
  for (const { attempts, ageS, isTyped, waits } of [
    { attempts: 1, ageS: 4, isTyped: false, waits: 'DeliveryRetried' },
    { attempts: 1, ageS: 5, isTyped: true, waits: undefined },
    { attempts: 3, ageS: 19, isTyped: false, waits: 'DeliveryRetried' },
    { attempts: 3, ageS: 20, isTyped: true, waits: undefined },
    { attempts: 5, ageS: 79, isTyped: false, waits: 'NeverTaken' },
    { attempts: 40, ageS: 299, isTyped: false, waits: 'NeverTaken' },
    { attempts: 40, ageS: 300, isTyped: true, waits: undefined },
    { attempts: 40, ageS: -7200, isTyped: true, waits: undefined },
  ]) {
    test(`is ${isTyped ? 'typed' : 'not typed'} again ${String(ageS)} s after attempt ${String(attempts)}`, () => {
      const typedAt = new Date(NOW_MS - ageS * 1000).toISOString();
      const tried = message('one', { attempts, typedAt, typedIncarnation: 'inc1' });
      const screenState = IDLE;
      const seen = seenOf({
        pane: paneOf(),
        process: known(processOf()),
        screenState,
        related: { deliveries: [tried] },
      });
      const decision = deliver(caseOf(agentOf(), seen));
      assert.equal(decision?.actions.length, isTyped ? 1 : 0);
      assert.equal(decision?.waiting[0]?.reason, waits);
      assert.equal(decision?.waiting[0]?.needsPerson, waits === 'NeverTaken' ? true : undefined);
    });
  }
});

test('that the program took a message is on disk before the next one is typed', () => {
  const startedAt = new Date(NOW_MS - 3000).toISOString();
  const detail = { deliveries: ['one'], left: true };
  const operation = { id: 'old1', step: 'TypeMessage', startedAt, deadline: startedAt, detail };
  const seen = seenOf({
    pane: paneOf(),
    process: known(processOf()),
    state: { state: 'Idle', box: 'Empty', evidence: '', source: 'Signals', hasSignals: true },
    signals: known({ events: [said('UserPromptSubmit')], latest: {} }),
    nonceShown: true,
    related: { deliveries: [message('one'), message('two')] },
  });
  const decision = deliver(caseOf(agentOf({ spec: CLAUDE, status: { incarnation: 'inc1', operation } }), seen));
  assert.deepEqual(decision, { actions: [], waiting: [], requeueAfterMs: 20 });
});

test('what comes while a message waits in the queue of the program is gathered for half a minute', () => {
  for (const { queuedS, isTyped } of [
    { queuedS: 29, isTyped: false },
    { queuedS: 30, isTyped: true },
  ]) {
    const at = new Date(NOW_MS - queuedS * 1000).toISOString();
    const queued = message('one', {
      attempts: 1,
      typedAt: at,
      queuedAt: at,
      typedIncarnation: 'inc1',
      typedNonce: 'old1',
    });
    const screenState: ScreenState = { ...IDLE, state: 'Busy' };
    const seen = seenOf({
      pane: paneOf(),
      process: known(processOf()),
      screenState,
      related: { deliveries: [queued, message('two'), message('three')] },
    });
    const decision = deliver(caseOf(agentOf({ spec: CLAUDE }), seen));
    const [typed] = decision?.actions ?? [];
    assert.deepEqual(
      typed?.type === 'TypeMessage' ? typed.deliveries : undefined,
      isTyped ? ['two', 'three'] : undefined,
    );
    assert.equal(decision?.waiting[0]?.reason, isTyped ? undefined : 'MessageQueued');
  }
});

test('a program in mid-turn that keeps nothing for later gets nothing', () => {
  const screenState: ScreenState = { ...IDLE, state: 'Busy' };
  const related = { deliveries: [message('one')] };
  const seen = seenOf({ pane: paneOf(), process: known(processOf()), screenState, related });
  assert.equal(deliver(caseOf(agentOf(), seen))?.waiting[0]?.reason, 'MidTurn');
});
