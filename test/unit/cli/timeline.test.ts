import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { HandOff } from '#api/phase.ts';
import { claimToVerdictMs, firstPasses, gateRounds, type PhasedCommit } from '#cli/gate-rounds.ts';
import { renderTimeline } from '#cli/render-timeline.ts';
import { spreadOf, type Timeline } from '#cli/timeline.ts';

import { commitsOf, objectOf } from '../../support/plan-input.ts';

const GATE = objectOf('Gate', {
  name: 'handoff',
  spec: { repositoryRef: { name: 'x' }, claimant: 'builder', verifier: 'adversary' },
});

/** Subjects, oldest first; `|` begins the next phase. Each commit is a minute after the one before. */
function roundsOf(subjects: readonly string[], foreign: readonly number[] = []) {
  let phase = 1;
  const plain = subjects.filter((subject) => subject !== '|');
  const made = commitsOf(plain).toReversed();
  const phased: PhasedCommit[] = [];
  for (const subject of subjects) {
    if (subject === '|') phase += 1;
    else
      phased.push({ commit: made[phased.length] ?? assert.fail('a commit per subject'), phase: `p${String(phase)}` });
  }
  const shas = foreign.map((index) => made[index]?.sha ?? '');
  return gateRounds(phased, GATE, new Set(shas));
}

const rows: readonly {
  reason: string;
  subjects: readonly string[];
  foreign?: readonly number[];
  minutes: readonly number[];
  passes: readonly [passed: number, answered: number];
}[] = [
  { reason: 'nothing was claimed', subjects: ['work'], minutes: [], passes: [0, 0] },
  { reason: 'a claim passes at once', subjects: ['claim(a): x', 'review(a): PASS'], minutes: [1], passes: [1, 1] },
  {
    reason: 'the second claim passes, so the first did not',
    subjects: ['claim(a): x', 'review(a): FAIL', 'claim(a): y', 'work', 'review(a): PASS'],
    minutes: [1, 2],
    passes: [0, 1],
  },
  {
    reason: 'scopes are counted apart',
    subjects: ['claim(a): x', 'claim(b): x', 'review(b): PASS', 'review(a): VETO'],
    minutes: [3, 1],
    passes: [1, 2],
  },
  {
    reason: 'the same scope in the next phase is another one',
    subjects: ['claim(a): x', 'review(a): FAIL', '|', 'claim(a): x', 'review(a): PASS'],
    minutes: [1, 1],
    passes: [1, 2],
  },
  {
    reason: 'an unclear verdict answers nothing',
    subjects: ['claim(a): x', 'review(a): hm', 'review(a): PASS'],
    minutes: [2],
    passes: [1, 1],
  },
  {
    reason: 'a claim that another one replaces has no answer',
    subjects: ['claim(a): x', 'claim(a): y', 'review(a): PASS'],
    minutes: [1],
    passes: [1, 1],
  },
  { reason: 'a veto needs no claim, and answers none', subjects: ['review(*): VETO'], minutes: [], passes: [0, 0] },
  {
    reason: 'a verdict by somebody else does not count',
    subjects: ['claim(a): x', 'review(a): PASS', 'review(a): FAIL'],
    foreign: [1],
    minutes: [2],
    passes: [0, 1],
  },
];

describe('the figures of a gate, when', () => {
  for (const { reason, subjects, foreign = [], minutes, passes } of rows) {
    test(reason, () => {
      const rounds = roundsOf(subjects, foreign);
      assert.deepEqual(
        claimToVerdictMs(rounds).map((ms) => ms / 60_000),
        minutes,
      );
      const { passed, answered } = firstPasses(rounds);
      assert.deepEqual([passed, answered], passes);
    });
  }
});

describe('a spread', () => {
  for (const { spans, median, p90, reason } of [
    { spans: [], median: undefined, p90: undefined, reason: 'of nothing is nothing' },
    { spans: [7], median: 7, p90: 7, reason: 'of one is that one' },
    { spans: [3, 1, 2], median: 2, p90: 3, reason: 'needs no order' },
    { spans: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], median: 5, p90: 9, reason: 'takes the nearest rank' },
  ]) {
    test(reason, () => {
      assert.deepEqual(spreadOf(spans), { count: spans.length, medianMs: median, p90Ms: p90 });
    });
  }
});

test('the table counts from the commit, names each agent, and lets no text act on the terminal', () => {
  const handOff = (agent: string, takenAt: string): HandOff => ({
    name: agent,
    agent,
    kind: 'Verdict',
    seenAt: '2026-03-01T08:00:01.000Z',
    typedAt: '2026-03-01T07:59:00.000Z',
    takenAt,
  });
  const base = { sequence: 'main', phase: '1', about: 'Gate/handoff' };
  const timeline: Timeline = {
    entries: [
      { ...base, about: 'Phase/1', at: '2026-03-01T07:00:00.000Z', event: 'PhaseOpened', message: 'phase "1" is open' },
      {
        ...base,
        at: '2026-03-01T08:00:00.000Z',
        event: 'Verdict',
        message: 'review(a): hm \x1b[2J',
        sha: '0123456789abcdef',
        handOffs: [handOff('builder', '2026-03-01T08:00:02.500Z'), handOff('adversary', '2026-03-01T08:01:00.000Z')],
      },
    ],
    gates: [],
    unknown: [],
  };
  assert.equal(
    renderTimeline(timeline),
    `TIME (UTC)            PHASE   EVENT         ABOUT          SEEN   TYPED   TAKEN   WHAT
2026-03-01 07:00:00   1       PhaseOpened   phase/1        -      -       -       phase "1" is open
2026-03-01 08:00:00   1       Verdict       gate/handoff   +1s    +0ms    +3s     review(a): hm \\x1b[2J 0123456789ab  > builder, adversary
                                                           +1s    +0ms    +1m     adversary
`,
  );
});
