import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { known } from '#api/fact.ts';
import { nextWakeMs } from '#plan/agent/next-wake.ts';
import { wake, wakeStep } from '#plan/agent/wake.ts';
import { readScreen } from '../../../support/screens.ts';
import { backendOf } from '#backends/registry.ts';

import { agentOf, caseOf, NOW_MS, objectOf, paneOf, processOf, seenOf } from '../../../support/plan-input.ts';

const IDLE = readScreen('claude', 'idle-plain-footer');
const BUSY = readScreen('claude', 'queued-while-busy');
const DIALOG = readScreen('claude', 'permission-prompt-bash');

type Row = {
  title: string;
  reason: string;
  mode?: 'Loop' | 'Interactive';
  screen?: string;
  /** Minutes since the last wake; undefined: there was none, and the agent has been known for that long. */
  lastMin?: number;
  sinceMin?: number;
  isAnswered?: boolean;
  incarnation?: string;
  isOpen?: boolean;
  toldEnd?: string;
  completedAt?: string;
  isStopped?: boolean;
  template?: string;
  step: 'Wake' | 'Skip' | 'Wait';
};

const rows: readonly Row[] = [
  { title: 'an hour after the last one', reason: 'it is due', lastMin: 60, isAnswered: true, step: 'Wake' },
  { title: 'a minute too early', reason: 'it is not due', lastMin: 59, isAnswered: true, step: 'Wait' },
  { title: 'an hour after it was first seen', reason: 'the first one comes then', sinceMin: 60, step: 'Wake' },
  { title: 'right when it is first seen', reason: 'a manifest that is applied wakes nobody at once', step: 'Wait' },
  {
    title: 'in mid-turn',
    reason: 'a turn is not disturbed; it comes when the turn is over',
    screen: BUSY,
    lastMin: 90,
    isAnswered: true,
    step: 'Wait',
  },
  {
    title: 'with a dialog open',
    reason: 'what is typed there would choose for a person',
    screen: DIALOG,
    lastMin: 90,
    isAnswered: true,
    step: 'Wait',
  },
  {
    title: 'while the last one was not even typed',
    reason: 'wakes do not pile up',
    lastMin: 60,
    isOpen: true,
    step: 'Skip',
  },
  {
    title: 'while the turn of the last one goes on',
    reason: 'it is unanswered',
    screen: BUSY,
    lastMin: 60,
    step: 'Skip',
  },
  {
    title: 'when the last one was for another launch',
    reason: 'this one was never asked',
    lastMin: 60,
    incarnation: 'inc0',
    isOpen: false,
    step: 'Wake',
  },
  {
    title: 'after a clock that jumped back by hours',
    reason: 'the time is counted from now',
    lastMin: -180,
    isAnswered: true,
    step: 'Wait',
  },
  {
    title: 'while a person has stopped the crew',
    reason: 'deliberate stops stay stopped',
    mode: 'Interactive',
    lastMin: 90,
    isAnswered: true,
    isStopped: true,
    step: 'Wait',
  },
  {
    title: 'when its sequence is complete',
    reason: 'a session of a person is told so once',
    mode: 'Interactive',
    lastMin: 5,
    isAnswered: true,
    completedAt: '2026-03-01T09:00:00Z',
    step: 'Wake',
  },
  {
    title: 'when it was told that its sequence is complete',
    reason: 'then there are no more wakes',
    mode: 'Interactive',
    lastMin: 300,
    isAnswered: true,
    completedAt: '2026-03-01T09:00:00Z',
    toldEnd: '2026-03-01T09:00:00Z',
    step: 'Wait',
  },
];

function caseFor(row: Row) {
  const { mode = 'Interactive', screen = IDLE, template = 'Look.', isOpen = false } = row;
  const prompt = { inline: 'x' };
  const agent = agentOf({
    spec: {
      mode,
      sequence: 'main',
      backend: { type: 'claude' },
      prompt,
      wake: { every: '1h', prompt: { inline: 'Look.' } },
    },
    status: { incarnation: 'inc1', ...wakeOf(row) },
  });
  const seen = seenOf({
    pane: paneOf(),
    process: known(processOf()),
    screenState: backendOf('claude').classify(screen, { waitMarker: 'WAITING-UNTIL:' }),
    wakePrompt: known(template),
    related: { ...sequenceOf(row), deliveries: isOpen ? [openWake()] : [] },
  });
  return caseOf(agent, seen);
}

function wakeOf({ lastMin, sinceMin, isAnswered, incarnation = 'inc1', toldEnd }: Row) {
  if (lastMin === undefined) return sinceMin === undefined ? {} : { wake: { skipped: 0, since: ago(sinceMin) } };
  const answered = isAnswered === true ? { answeredAt: ago(lastMin) } : {};
  return {
    wake: { skipped: 0, since: ago(600), lastAt: ago(lastMin), name: 'wake-1', incarnation, toldEnd, ...answered },
  };
}

function openWake() {
  const spec = { agentRef: { name: 'builder' }, nonce: 'n', cause: { kind: 'Wake' }, text: 'Look.', createdAt: ago(1) };
  return objectOf('Delivery', { name: 'wake-1', spec });
}

function sequenceOf({ completedAt, isStopped }: Row) {
  const state = completedAt === undefined ? { currentPhase: 'p1' } : { completedAt };
  const phase = { id: '1', order: 10, repositoryRef: { name: 'x' } };
  return {
    phases: [objectOf('Phase', { name: 'p1', spec: phase })],
    sequence: objectOf('Sequence', { name: 'main', status: { phases: [], observedCommit: 'c1', ...state } }),
    ...(isStopped === true ? { stopped: { by: 'ana', at: ago(5) } } : {}),
  };
}

describe('a regular wake', () => {
  for (const row of rows)
    test(`${row.title}: ${row.step}`, () => assert.equal(wakeStep(caseFor(row))?.step, row.step, row.reason));

  test('is typed when it is short, and read from a file when it is long', () => {
    const due = { title: '', reason: '', lastMin: 61, isAnswered: true, step: 'Wake' } as const;
    const [short] = wake(caseFor({ ...due, template: 'Look, {{ agent.name }}.' }))?.actions ?? [];
    assert.ok(short?.type === 'CreateDelivery');
    assert.deepEqual({ text: short.spec.text, file: short.file }, { text: 'Look, builder.', file: undefined });
    const [long] = wake(caseFor({ ...due, template: '# Look\n\nAt everything, {{ agent.name }}.' }))?.actions ?? [];
    assert.ok(long?.type === 'CreateDelivery');
    const path = '/state/run/builder/wake.txt';
    assert.equal(long.spec.text, `This is your regular wake. Read ${path} and do what it says.`);
    assert.deepEqual(long.file, { path, text: '# Look\n\nAt everything, builder.\n', mode: 0o600 });
  });
});

describe('the next time of a schedule', () => {
  const prompt = { inline: 'x' };
  for (const { title, schedule, timeZone, last, next } of [
    { title: 'in UTC', schedule: '0 9 * * *', last: '2026-03-01T09:00:00Z', next: '2026-03-02T09:00:00.000Z' },
    {
      title: 'in its time zone',
      schedule: '0 9 * * *',
      timeZone: 'Europe/Berlin',
      last: '2026-03-01T09:00:00Z',
      next: '2026-03-02T08:00:00.000Z',
    },
    {
      title: 'that the clock skips in spring is the hour after',
      schedule: '30 2 * * *',
      timeZone: 'Europe/Berlin',
      last: '2026-03-28T12:00:00Z',
      next: '2026-03-29T01:00:00.000Z',
    },
    {
      title: 'that comes twice in autumn counts once',
      schedule: '30 2 * * *',
      timeZone: 'Europe/Berlin',
      last: '2026-10-25T00:30:00Z',
      next: '2026-10-26T01:30:00.000Z',
    },
  ]) {
    test(title, () => {
      const found = nextWakeMs({ schedule, timeZone, prompt }, Date.parse(last));
      assert.equal(new Date(found ?? 0).toISOString(), next);
    });
  }

  test('that never comes is none', () => {
    assert.equal(nextWakeMs({ schedule: '0 0 31 2 *', prompt }, NOW_MS), undefined);
    assert.equal(nextWakeMs({ schedule: '99 9 * * *', prompt }, NOW_MS), undefined);
  });
});

function ago(minutes: number): string {
  return new Date(NOW_MS - minutes * 60_000).toISOString();
}
