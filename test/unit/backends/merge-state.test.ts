import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { mergeState, nameState } from '#backends/merge-state.ts';
import type { ScreenState } from '#backends/screen-state.ts';
import type { SignalState } from '#backends/signal-state.ts';

const NOW_MS = Date.parse('2026-03-01T10:00:00Z');
const LONG_AGO_MS = NOW_MS - 60_000;

type Row = {
  readonly reason: string;
  readonly signals?: Partial<SignalState>;
  readonly screen?: Partial<ScreenState>;
  /** State, source, and `!` for a contradiction. */
  readonly is: string;
};

const rows: readonly Row[] = [
  { reason: 'nothing is known', is: 'Unknown Screen' },
  { reason: 'only the screen speaks', screen: { state: 'Busy' }, is: 'Busy Screen' },
  { reason: 'the screen can not be read', signals: { state: 'Idle' }, is: 'Idle Signals' },
  { reason: 'both agree', signals: { state: 'Idle' }, screen: { state: 'Idle' }, is: 'Idle Both' },
  {
    reason: 'the agent quoted an error as its last message, and its turn ended well',
    signals: { state: 'Idle' },
    screen: { state: 'ApiError', cause: 'ServerError', spoofable: true },
    is: 'Idle Signals',
  },
  {
    reason: 'a login that is missing is shown where no agent can write',
    signals: { state: 'Idle' },
    screen: { state: 'AuthRequired' },
    is: 'AuthRequired Screen',
  },
  {
    reason: 'a dialog has no hook',
    signals: { state: 'Idle' },
    screen: { state: 'AwaitingInput', dialog: 'Other' },
    is: 'AwaitingInput Screen',
  },
  {
    reason: 'a dialog within a turn has no hook either',
    signals: { state: 'Busy' },
    screen: { state: 'AwaitingInput', dialog: 'Permission' },
    is: 'AwaitingInput Screen',
  },
  {
    reason: 'its turn ended a moment ago and the screen lags behind',
    signals: { state: 'Idle', evidenceAtMs: NOW_MS - 200 },
    screen: { state: 'Busy' },
    is: 'Busy Screen',
  },
  {
    reason: 'its turn ended long ago and the screen still works',
    signals: { state: 'Idle' },
    screen: { state: 'Busy' },
    is: 'Busy Screen !',
  },
  {
    reason: 'it says that it works, and the screen shows a turn that is over',
    signals: { state: 'Busy' },
    screen: { state: 'Idle' },
    is: 'Busy Signals !',
  },
  {
    reason: 'a prompt was taken a moment ago',
    signals: { state: 'Busy', evidenceAtMs: NOW_MS - 200 },
    screen: { state: 'Idle' },
    is: 'Busy Signals',
  },
  {
    reason: 'an interruption has no hook',
    signals: { state: 'Busy' },
    screen: { state: 'Idle', cause: 'Interrupted' },
    is: 'Idle Screen',
  },
  {
    reason: 'compaction is work',
    signals: { state: 'Compacting' },
    screen: { state: 'Busy' },
    is: 'Compacting Both',
  },
  {
    reason: 'a screen that nobody knows says nothing',
    signals: { state: 'Busy' },
    screen: { state: 'Unknown' },
    is: 'Busy Signals',
  },
  {
    reason: 'a dead screen under a live process is old',
    signals: { state: 'Idle' },
    screen: { state: 'Exited' },
    is: 'Idle Signals',
  },
  {
    reason: 'the limit scrolled out of sight',
    signals: { state: 'UsageLimited', untilMs: NOW_MS + 1000 },
    screen: { state: 'Idle' },
    is: 'UsageLimited Signals',
  },
  {
    reason: 'a menu stands over the limit',
    signals: { state: 'UsageLimited' },
    screen: { state: 'AwaitingInput', dialog: 'Other' },
    is: 'UsageLimited Signals',
  },
  {
    reason: 'it failed, and the screen shows that it works again',
    signals: { state: 'ApiError', cause: 'ServerError' },
    screen: { state: 'Busy' },
    is: 'Busy Screen !',
  },
];

describe('signals and screen as one state', () => {
  for (const { reason, signals, screen, is } of rows) {
    test(`${is}: ${reason}`, () => {
      const merged = mergeState({
        signals:
          signals === undefined
            ? undefined
            : { state: 'Idle', evidence: 'event', evidenceAtMs: LONG_AGO_MS, ...signals },
        screen: screen === undefined ? undefined : { state: 'Idle', box: 'Empty', evidence: 'line', ...screen },
        nowMs: NOW_MS,
      });
      const mark = merged.contradiction === undefined ? '' : ' !';
      assert.equal(`${merged.state} ${merged.source}${mark}`, is);
    });
  }

  test('the input is what the screen shows, whoever is trusted', () => {
    const screen: ScreenState = { state: 'Unknown', box: 'Draft', draft: 'half a word', evidence: '' };
    const merged = mergeState({ signals: { state: 'Idle', evidence: 'Stop' }, screen, nowMs: NOW_MS });
    assert.deepEqual([merged.box, merged.draft], ['Draft', 'half a word']);
  });
});

describe('the name of a state at rest', () => {
  const bounds = { waitMarker: 'WAITING-UNTIL:', contextHighPercent: 85 };
  const named = (more: object) => {
    const state = mergeState({ screen: { state: 'Idle', box: 'Empty', evidence: '' }, nowMs: NOW_MS });
    return nameState({ ...state, ...more }, bounds, NOW_MS).state;
  };
  const names = [
    { more: {}, is: 'Idle', reason: 'it rests' },
    { more: { waitMarker: 'WAITING-UNTIL: 2026-03-01T12:00:00+01:00' }, is: 'WaitingDeclared', reason: 'of its zone' },
    { more: { waitMarker: 'WAITING-UNTIL: 2026-03-01T10:00:00+01:00' }, is: 'Idle', reason: 'the time is over' },
    { more: { waitMarker: 'WAITING-UNTIL: soon' }, is: 'Idle', reason: 'nobody can tell when' },
    { more: { contextPercent: 85 }, is: 'ContextHigh', reason: 'it is due to be compacted' },
    { more: { contextPercent: 99, state: 'Busy' }, is: 'Busy', reason: 'nothing is compacted in mid-turn' },
  ];
  for (const { more, is, reason } of names) test(`${is}: ${reason}`, () => assert.equal(named(more), is));
});
