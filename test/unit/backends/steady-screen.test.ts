import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { BackendType } from '#api/agent-backend.ts';
import { backendOf } from '#backends/registry.ts';

import { readScreen } from '../../support/screens.ts';

type Row = { type: BackendType; one: string; other: string; same: boolean; reason: string };

const ROWS: readonly Row[] = [
  {
    type: 'codex',
    one: '• Reconnecting... 4/5 (4s • esc to interrupt)\n  └ Unexpected status 401',
    other: '◦ Reconnecting... 4/5 (1m 5s • esc to interrupt)\n  └ Unexpected status 401',
    same: true,
    reason: 'only the dot blinks and time passes',
  },
  {
    type: 'codex',
    one: '• Reconnecting... 4/5 (4s • esc to interrupt)',
    other: '• Reconnecting... 5/5 (4s • esc to interrupt)',
    same: false,
    reason: 'it has tried once more',
  },
  {
    type: 'opencode',
    one: '   ⬝⬝⬝⬝■■■■  esc interrupt      1.0K (1%)',
    other: '   ■■⬝⬝⬝⬝⬝⬝  esc interrupt      1.0K (1%)',
    same: true,
    reason: 'only the bar moves',
  },
  {
    type: 'opencode',
    one: '   ⬝⬝⬝⬝■■■■  esc interrupt      1.0K (1%)',
    other: '   ⬝⬝⬝⬝■■■■  esc interrupt      1.2K (1%)',
    same: false,
    reason: 'tokens were counted',
  },
  {
    type: 'opencode',
    one: '   ⬝⬝⬝⬝⬝⬝⬝⬝ Rate limit reached [retrying in 28s attempt #1]    esc interrupt',
    other: '   ⬝⬝⬝⬝■⬝⬝⬝ Rate limit reached [retrying in 1m 2s attempt #1]    esc interrupt',
    same: true,
    reason: 'it waits for the same attempt',
  },
  {
    type: 'gemini',
    one: ' ⠙ Thinking... (esc to cancel, 1m 9s)        ? for shortcuts',
    other: ' ⠧ Counting stars (esc to cancel, 2m)        ? for shortcuts',
    same: true,
    reason: 'glyph, words and time move by themselves',
  },
  { type: 'gemini', one: '✦ One', other: '✦ One two', same: false, reason: 'the model goes on writing' },
];

for (const { type, one, other, same, reason } of ROWS) {
  test(`two screens of ${type} are ${same ? 'the same' : 'different'} when ${reason}`, () => {
    const steady = backendOf(type).steadyScreen ?? ((screen: string) => screen);
    assert.equal(steady(one) === steady(other), same);
  });
}

const ANSWERED = [
  { type: 'codex', capture: 'trust-dialog', selected: true },
  { type: 'gemini', capture: 'first-run', selected: true },
] as const;

for (const { type, capture, selected } of ANSWERED) {
  test(`${type} shows at ${capture} that trusting the folder is the option that Enter takes`, () => {
    const choice = backendOf(type).answers?.TrustFolder?.Yes;
    assert.equal(choice !== undefined && 'option' in choice && choice.option.test(readScreen(type, capture)), selected);
  });
}
