import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { known } from '#api/fact.ts';
import type { ScreenState } from '#backends/backend.ts';
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
