import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { known, unknown } from '#api/fact.ts';
import { ActivityTracker, type Glance } from '#observe/activity.ts';

type Look = { readonly atMs: number } & Partial<
  Pick<Glance, 'marker' | 'stepAt' | 'subject' | 'pulse' | 'hasSpinner' | 'toolAgeMs'>
> & {
    readonly screen?: string;
    readonly cpuTicks?: number;
    readonly ownTicks?: number;
    readonly youngestAgeMs?: number;
    readonly descendants?: readonly number[];
  };

function quietAfter(looks: readonly Look[]): number | undefined {
  const tracker = new ActivityTracker();
  let quietMs: number | undefined;
  for (const { atMs, screen = 'a', cpuTicks = 0, ownTicks = 0, descendants = [], youngestAgeMs, ...more } of looks) {
    const tree = known({ cpuTicks, ownTicks, descendants, youngestAgeMs });
    const { subject = '1.1' } = more;
    const now = { wallMs: atMs, monoMs: atMs };
    quietMs = tracker.look('Agent/a', { ...more, subject, screen: known(screen), tree }, now)?.quietMs;
  }
  return quietMs;
}

const STEP = '2026-01-01T00:00:00.000Z';
const NEXT_STEP = '2026-01-01T00:00:10.000Z';

const rows: { title: string; reason: string; looks: readonly Look[]; quietMs: number }[] = [
  {
    title: 'nothing moves',
    reason: 'both signals are the same at every look',
    looks: [{ atMs: 0 }, { atMs: 5000 }, { atMs: 9000 }],
    quietMs: 9000,
  },
  {
    title: 'the screen changes',
    reason: 'what a program prints is a sign of life',
    looks: [{ atMs: 0 }, { atMs: 5000, screen: 'b' }, { atMs: 6000, screen: 'b' }],
    quietMs: 1000,
  },
  {
    title: 'a message that is no nudge is typed',
    reason: 'who was just given something to do gets the whole time for it',
    looks: [{ atMs: 0 }, { atMs: 5000, screen: 'a ping' }, { atMs: 6000, screen: 'a ping' }],
    quietMs: 1000,
  },
  {
    title: 'a nudge is echoed',
    reason: 'the terminal shows what is typed even when the program hangs',
    looks: [
      { atMs: 0 },
      { atMs: 5000, stepAt: STEP, screen: 'a nudge' },
      { atMs: 6000, stepAt: STEP, screen: 'a nudge' },
    ],
    quietMs: 6000,
  },
  {
    title: 'nudge and interrupt are echoed',
    reason: 'each step has an echo of its own',
    looks: [
      { atMs: 0 },
      { atMs: 5000, stepAt: STEP, screen: 'a nudge' },
      { atMs: 8000, stepAt: NEXT_STEP, screen: 'a nudge ^C' },
    ],
    quietMs: 8000,
  },
  {
    title: 'something is printed after the echo of a nudge',
    reason: 'the second change is the program itself',
    looks: [
      { atMs: 0 },
      { atMs: 5000, stepAt: STEP, screen: 'a nudge' },
      { atMs: 5500, stepAt: STEP, screen: 'a nudge, an answer' },
      { atMs: 6000, stepAt: STEP, screen: 'a nudge, an answer' },
    ],
    quietMs: 500,
  },
  {
    title: 'a process works while a nudge is echoed',
    reason: 'CPU time is no echo',
    looks: [{ atMs: 0 }, { atMs: 5000, stepAt: STEP, screen: 'a nudge', cpuTicks: 300 }],
    quietMs: 0,
  },
  {
    title: 'a spinner turns',
    reason: 'what a program with a spinner uses itself proves nothing',
    looks: [
      { atMs: 0, hasSpinner: true },
      { atMs: 5000, hasSpinner: true, cpuTicks: 300, ownTicks: 300 },
    ],
    quietMs: 5000,
  },
  {
    title: 'a child of a program with a spinner works',
    reason: 'that is work',
    looks: [
      { atMs: 0, hasSpinner: true },
      { atMs: 5000, hasSpinner: true, cpuTicks: 300, ownTicks: 10 },
    ],
    quietMs: 0,
  },
  {
    title: 'it says something of its own',
    reason: 'a hook or a line of its transcript is a sign of life',
    looks: [
      { atMs: 0, pulse: '1' },
      { atMs: 5000, pulse: '2' },
    ],
    quietMs: 0,
  },
  {
    title: 'a tool sleeps for hours',
    reason: 'its process lives, and is as old as the call',
    looks: [
      { atMs: 0, toolAgeMs: 7_200_000, youngestAgeMs: 7_199_000 },
      { atMs: 9000, toolAgeMs: 7_209_000, youngestAgeMs: 7_208_000 },
    ],
    quietMs: 0,
  },
  {
    title: 'a tool hangs whose process is gone',
    reason: 'a helper that is older than the call proves nothing',
    looks: [
      { atMs: 0, toolAgeMs: 60_000, youngestAgeMs: 3_600_000 },
      { atMs: 9000, toolAgeMs: 69_000, youngestAgeMs: 3_609_000 },
    ],
    quietMs: 9000,
  },
  {
    title: 'a tool has not come back for more than a day',
    reason: 'that is the bound',
    looks: [
      { atMs: 0, toolAgeMs: 90_000_000, youngestAgeMs: 90_000_000 },
      { atMs: 9000, toolAgeMs: 90_009_000, youngestAgeMs: 90_009_000 },
    ],
    quietMs: 9000,
  },
  {
    title: 'another process is in the pane',
    reason: 'its quiet time is its own',
    looks: [{ atMs: 0 }, { atMs: 5000, subject: '2.9' }, { atMs: 6000, subject: '2.9' }],
    quietMs: 1000,
  },
  {
    title: 'nobody looked for long',
    reason: 'time in which the controller did not watch does not count',
    looks: [{ atMs: 0 }, { atMs: 600_000 }, { atMs: 601_000 }],
    quietMs: 1000,
  },
];

describe('How long an agent is quiet', () => {
  for (const { title, reason, looks, quietMs } of rows) {
    test(`when ${title}`, () => assert.equal(quietAfter(looks), quietMs, reason));
  }

  test('is not known when a signal can not be read', () => {
    const tracker = new ActivityTracker();
    const tree = known({ cpuTicks: 0, descendants: [] });
    const screen = unknown('TmuxUnreachable', 'no answer');
    assert.equal(tracker.look('Agent/a', { subject: '1.1', screen, tree }, { wallMs: 0, monoMs: 0 }), undefined);
  });
});
