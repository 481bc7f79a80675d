import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { act } from '#act/act.ts';
import type { Writers } from '#act/writers.ts';
import { known } from '#api/fact.ts';
import { STARTUP_DIALOGS_OF } from '#api/startup-dialogs.ts';
import type { DialogName } from '#backends/screen-state.ts';
import { BACKENDS } from '#backends/registry.ts';
import type { AnswerDialog } from '#plan/action.ts';

import { readScreen } from '../../support/screens.ts';

const TRUST = readScreen('claude', 'trust-dialog');
const BYPASS = readScreen('claude', 'bypass-permissions-warning');
const BYPASS_YES = BYPASS.replace('❯ 1. No, exit', '  1. No, exit').replace('  2. Yes, I accept', '❯ 2. Yes, I accept');
const API_KEY = readScreen('claude', 'apikey-dialog');
const API_KEY_YES = API_KEY.replace('❯ 2. No', '  2. No').replace('  1. Yes', '❯ 1. Yes');
const SETTINGS = readScreen('claude', 'settings-invalid-dialog');
const LIMIT = readScreen('claude', 'usage-limit-session-5h');
const QUOTA = readScreen('gemini', 'error-quota');
const QUOTA_STOP = QUOTA.replace('● 1. Keep', '  1. Keep').replace('  2. Stop', '● 2. Stop');
const PERMISSION = readScreen('claude', 'permission-prompt-bash');
const IDLE = readScreen('claude', 'idle-plain-footer');

type Row = {
  title: string;
  reason: string;
  backend?: AnswerDialog['backend'];
  dialog: DialogName;
  answer: AnswerDialog['answer'];
  /** What shows at first, and after each key. */
  screens: readonly string[];
  keys: readonly string[];
  result: 'Done' | 'PreconditionFailed';
  accepted?: boolean;
};

const rows: readonly Row[] = [
  {
    title: 'trust, which is selected already',
    reason: 'Enter is enough',
    dialog: 'TrustFolder',
    answer: 'Yes',
    screens: [TRUST, IDLE],
    keys: ['Enter'],
    result: 'Done',
    accepted: true,
  },
  {
    title: 'the bypass warning',
    reason: 'its default would end the program, so the selection is moved first',
    dialog: 'BypassPermissions',
    answer: 'Yes',
    screens: [BYPASS, BYPASS_YES, IDLE],
    keys: ['Down', 'Enter'],
    result: 'Done',
    accepted: true,
  },
  {
    title: 'the bypass warning, declined',
    reason: 'that is selected already',
    dialog: 'BypassPermissions',
    answer: 'No',
    screens: [BYPASS, IDLE],
    keys: ['Enter'],
    result: 'Done',
    accepted: true,
  },
  {
    title: 'an API key',
    reason: 'the default is the other answer; the list goes round',
    dialog: 'ApiKey',
    answer: 'Yes',
    screens: [API_KEY, API_KEY_YES, IDLE],
    keys: ['Down', 'Enter'],
    result: 'Done',
    accepted: true,
  },
  {
    title: 'settings that are wrong',
    reason: 'the program goes on without them',
    dialog: 'Settings',
    answer: 'Yes',
    screens: [SETTINGS, IDLE],
    keys: ['Enter'],
    result: 'Done',
    accepted: true,
  },
  {
    title: 'the menu at a usage limit',
    reason: 'Escape closes it without a choice',
    dialog: 'UsageLimitOptions',
    answer: 'Close',
    screens: [LIMIT, IDLE],
    keys: ['Escape'],
    result: 'Done',
    accepted: true,
  },
  {
    title: 'the menu of gemini at a usage limit',
    reason: 'it does not take Escape, and its first option may switch the model',
    backend: 'gemini',
    dialog: 'UsageLimitOptions',
    answer: 'Close',
    screens: [QUOTA, QUOTA_STOP, readScreen('gemini', 'idle')],
    keys: ['Down', 'Enter'],
    result: 'Done',
    accepted: true,
  },
  {
    title: 'a dialog that another one has replaced',
    reason: 'a key would approve a command',
    dialog: 'TrustFolder',
    answer: 'Yes',
    screens: [PERMISSION],
    keys: [],
    result: 'PreconditionFailed',
  },
  {
    title: 'a dialog that is gone',
    reason: 'a key would go into the input',
    dialog: 'TrustFolder',
    answer: 'Yes',
    screens: [IDLE],
    keys: [],
    result: 'PreconditionFailed',
  },
  {
    title: 'a dialog that changes while the selection is moved',
    reason: 'Enter would choose in the new one',
    dialog: 'BypassPermissions',
    answer: 'Yes',
    screens: [BYPASS, PERMISSION],
    keys: ['Down'],
    result: 'PreconditionFailed',
  },
  {
    title: 'a dialog whose selection does not move',
    reason: 'nothing is chosen that was not meant',
    dialog: 'BypassPermissions',
    answer: 'Yes',
    screens: [BYPASS],
    keys: Array.from({ length: 9 }, () => 'Down'),
    result: 'PreconditionFailed',
  },
  {
    title: 'a dialog that stays although it was answered',
    reason: 'whoever asks counts the tries',
    dialog: 'TrustFolder',
    answer: 'Yes',
    screens: [TRUST, TRUST],
    keys: ['Enter'],
    result: 'Done',
    accepted: false,
  },
];

describe('answering', () => {
  for (const row of rows) {
    test(`${row.title}: ${row.reason}`, async () => {
      const keys: string[] = [];
      const { dialog, answer } = row;
      const target = { sessionId: '$1', paneId: '%1', panePid: 100 };
      const why = { reason: 'DialogAnswered', message: 'the manifest says so', blast: 'live' } as const;
      const action = {
        type: 'AnswerDialog',
        ...why,
        target,
        backend: row.backend ?? 'claude',
        waitMarker: 'W:',
        dialog,
        answer,
      } as const;
      const outcome = await act('Agent/builder', action, terminal(row.screens, keys));
      assert.deepEqual([keys, outcome.result, outcome.facts.accepted], [row.keys, row.result, row.accepted]);
    });
  }
});

test('the manifest takes an answer exactly where a program has one', () => {
  for (const [type, { answers = {} }] of Object.entries(BACKENDS)) {
    const known = Object.keys(answers).filter((dialog) => dialog !== 'UsageLimitOptions');
    assert.deepEqual(known.toSorted(), [...STARTUP_DIALOGS_OF[type as keyof typeof BACKENDS]].toSorted(), type);
  }
});

// As much of the world as answering uses: each key brings the next screen, as long as there is one.
function terminal(screens: readonly string[], keys: string[]): Writers {
  const tmux = {
    reader: { capture: async () => known(screens[Math.min(keys.length, screens.length - 1)] ?? '') },
    writer: { sendKeys: async (_target: unknown, pressed: readonly string[]) => void keys.push(...pressed) },
  };
  return { tmux, clock: { sleep: async () => undefined } } as unknown as Writers;
}
