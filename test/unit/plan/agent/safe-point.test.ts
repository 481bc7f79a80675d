import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { known } from '#api/fact.ts';
import type { ScreenState } from '#backends/backend.ts';
import { isAtSafePoint } from '#plan/agent/safe-point.ts';

import { agentOf, caseOf, NOW_MS, paneOf, processOf, seenOf } from '../../../support/plan-input.ts';

type Row = {
  title: string;
  reason: string;
  screen?: Partial<ScreenState>;
  /** When the declared wait ends, seconds from now. */
  endsInS?: number;
  /** For how long the marker has been there, seconds. */
  sinceS?: number;
  quietMs: number;
  isSafe: boolean;
};

const rows: readonly Row[] = [
  { title: 'a wait that still runs', reason: 'it said so itself', endsInS: 60, quietMs: 0, isSafe: true },
  {
    title: 'a wait that is over, while something moves',
    reason: 'the marker stands there although the agent is at work again',
    endsInS: -300,
    quietMs: 0,
    isSafe: false,
  },
  {
    title: 'a wait that is over, and nothing moves',
    reason: 'it is idle by both signals',
    endsInS: -300,
    quietMs: 60_000,
    isSafe: true,
  },
  {
    title: 'a wait longer than maxWait that was declared longer ago than that, while something moves',
    reason: 'a wait is capped: it is over although its marker says otherwise',
    endsInS: 3600,
    sinceS: 1200,
    quietMs: 0,
    isSafe: false,
  },
  {
    title: 'a wait that ended less than grace ago',
    reason: 'its own timer may still wake it',
    endsInS: -10,
    quietMs: 0,
    isSafe: true,
  },
  {
    title: 'a marker that can not be read, while something moves',
    reason: 'it declares no wait',
    screen: { waitMarker: 'WAITING-UNTIL: soon' },
    quietMs: 0,
    isSafe: false,
  },
  { title: 'no marker, and nothing moves', reason: 'it is idle', quietMs: 60_000, isSafe: true },
  {
    title: 'a turn that runs quietly',
    reason: 'quiet work is work',
    screen: { state: 'Busy' },
    quietMs: 60_000,
    isSafe: false,
  },
  {
    title: 'a line that a person has begun',
    reason: 'it would be lost',
    screen: { box: 'Draft', draft: 'hello' },
    quietMs: 60_000,
    isSafe: false,
  },
];

describe('whether nothing is lost by ending the session', () => {
  for (const { title, reason, screen, endsInS, sinceS = 0, quietMs, isSafe } of rows) {
    test(title, () => {
      const marker = endsInS === undefined ? {} : { waitMarker: `WAITING-UNTIL: ${at(endsInS)}` };
      const screenState: ScreenState = { state: 'Idle', box: 'Empty', evidence: '', ...marker, ...screen };
      const since = endsInS === undefined ? {} : { markerSinceMs: NOW_MS - sinceS * 1000 };
      const seen = { pane: paneOf(), process: known(processOf()), screenState, activity: { quietMs, ...since } };
      assert.equal(isAtSafePoint(caseOf(agentOf(), seenOf(seen))), isSafe, reason);
    });
  }
});

function at(seconds: number): string {
  return new Date(NOW_MS + seconds * 1000).toISOString();
}
