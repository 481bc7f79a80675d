import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { known } from '#api/fact.ts';
import type { ScreenState } from '#backends/backend.ts';
import { stateOfScreen } from '#backends/merge-state.ts';
import { planStop } from '#plan/agent/stop.ts';

import { agentOf, caseOf, paneOf, processOf, seenOf } from '../../../support/plan-input.ts';

const MINUTE_MS = 60_000;

type Row = {
  title: string;
  reason: string;
  screen: ScreenState;
  quietMs: number;
  now?: boolean;
  stops: boolean;
  contradiction?: string;
};

const rows: readonly Row[] = [
  {
    title: 'a turn that runs',
    reason: 'a stop waits for the end of the turn',
    screen: { state: 'Busy', box: 'Empty', evidence: '' },
    quietMs: 0,
    stops: false,
  },
  {
    title: 'a turn that runs, and a person who wants it ended now',
    reason: 'the order says so',
    screen: { state: 'Busy', box: 'Empty', evidence: '' },
    quietMs: 0,
    now: true,
    stops: true,
  },
  {
    title: 'a turn that hangs',
    reason: 'it would never come between turns, and neither signal has moved for long',
    screen: { state: 'Busy', box: 'Empty', evidence: '' },
    quietMs: 21 * MINUTE_MS,
    stops: true,
  },
  {
    title: 'a turn that is quiet by a screen that its program contradicts',
    reason: 'one of the two is wrong, and a person can still order it with --now',
    screen: { state: 'Busy', box: 'Empty', evidence: '' },
    quietMs: 21 * MINUTE_MS,
    contradiction: 'its program says Idle, its screen shows Busy',
    stops: false,
  },
  {
    title: 'a turn that is quiet and contradicted, and a person who wants it ended now',
    reason: 'the order says so',
    screen: { state: 'Busy', box: 'Empty', evidence: '' },
    quietMs: 21 * MINUTE_MS,
    contradiction: 'its program says Idle, its screen shows Busy',
    now: true,
    stops: true,
  },
  {
    title: 'a turn that has been quiet for less than counts as hanging',
    reason: 'thinking can take that long',
    screen: { state: 'Busy', box: 'Empty', evidence: '' },
    quietMs: 19 * MINUTE_MS,
    stops: false,
  },
  {
    title: 'a declared wait',
    reason: 'it is between turns by its own word',
    screen: { state: 'Idle', box: 'Empty', evidence: '', waitMarker: 'WAITING-UNTIL: 2026-03-01T10:05:00Z' },
    quietMs: 0,
    stops: true,
  },
  {
    title: 'half a line typed by a person',
    reason: 'somebody is talking to it',
    screen: { state: 'Idle', box: 'Draft', evidence: '' },
    quietMs: 60 * MINUTE_MS,
    stops: false,
  },
];

describe('stopping a live agent', () => {
  for (const { title, reason, screen, quietMs, now = false, stops, contradiction } of rows) {
    test(title, () => {
      const live = { pane: paneOf(), process: known(processOf()), screenState: screen, activity: { quietMs } };
      const state = { ...stateOfScreen(screen), contradiction };
      const seen = seenOf(contradiction === undefined ? live : { ...live, state });
      const why = { reason: 'Stopped', message: 'stopped by ana', now } as const;
      const { actions } = planStop(caseOf(agentOf(), seen), why);
      assert.equal(
        actions.some(({ type }) => type === 'StopSession'),
        stops,
        reason,
      );
    });
  }
});
