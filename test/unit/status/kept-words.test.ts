import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ABSENT, known } from '#api/fact.ts';
import { exitStatus } from '#status/agent/exit-status.ts';
import { stateStatus } from '#status/agent/state-status.ts';

import { agentOf, NOW_MS, paneOf, processOf, seenOf } from '../../support/plan-input.ts';

const SECRET = 'sk-ant-api03-abcdefghijklmnop';
const agent = agentOf({
  spec: { backend: { type: 'claude' }, prompt: { inline: 'Go.' } },
  status: { incarnation: 'inc1' },
});
const plan = { key: 'Agent/builder', actions: [], waiting: [] };
const rest = { object: agent, plan, outcomes: [], moment: { wallMs: NOW_MS, id: 'm1' } };

describe('of the words on a screen, status keeps no secret', () => {
  test('when the agent has ended', () => {
    const screen = known(`TypeError: bad key ${SECRET}\nPane is dead (status 1)\n`);
    const seen = seenOf({ pane: paneOf({ dead: true, deadStatus: 1 }), process: ABSENT, screen });
    const { lastExit } = exitStatus({ ...rest, seen });
    assert.match(lastExit?.['screen'] as string, /TypeError: bad key/);
    assert.doesNotMatch(JSON.stringify(lastExit), /abcdefghijklmnop/);
  });

  test('when they are the evidence of its state', () => {
    const state = {
      state: 'Idle',
      box: 'Empty',
      source: 'Screen',
      evidence: `● It is ${SECRET}`,
      hasSignals: false,
    } as const;
    const told = stateStatus({ ...rest, seen: seenOf({ pane: paneOf(), process: known(processOf()), state }) });
    assert.match(told.state?.evidence ?? '', /● It is/);
    assert.doesNotMatch(JSON.stringify(told), /abcdefghijklmnop/);
  });
});
