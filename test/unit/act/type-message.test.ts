import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { act } from '#act/act.ts';
import type { Writers } from '#act/writers.ts';
import type { BackendType } from '#api/agent-backend.ts';
import { known, unknown, type Fact } from '#api/fact.ts';
import type { TypeMessage } from '#plan/action.ts';

import { readScreen } from '../../support/screens.ts';

const TEXT = '[ccci abc1] claim(api) 0123456789ab is yours to review';
const IDLE = readScreen('claude', 'idle-plain-footer');
const HALF_TYPED = readScreen('claude', 'half-typed-plus-ping');
const DRAFT = HALF_TYPED.replace('human half typed ping: status?', TEXT);
const DIALOG = readScreen('claude', 'permission-prompt-bash');
const GONE = readScreen('claude', 'death-sigkill');
const UNREADABLE = unknown('TmuxUnreachable', 'no answer within 5 s');

type Input = 'paste' | 'Enter';

type Row = {
  title: string;
  reason: string;
  backend?: BackendType;
  isPasted?: boolean;
  /** What the terminal shows before anything is typed, after the paste, and after Enter. */
  shows: { first: string | typeof UNREADABLE; pasted?: string | typeof UNREADABLE; entered?: string };
  types: readonly Input[];
  result: 'Done' | 'PreconditionFailed' | 'Failed';
  accepted?: boolean;
};

const rows: readonly Row[] = [
  {
    title: 'an idle screen takes the message',
    reason: 'its box is open before, holds our text after the paste, and is empty after Enter',
    shows: { first: IDLE, pasted: DRAFT, entered: IDLE },
    types: ['paste', 'Enter'],
    result: 'Done',
    accepted: true,
  },
  {
    title: 'a dialog that opened between look and act gets neither paste nor Enter',
    reason: 'what is typed there would choose for a person',
    shows: { first: DIALOG },
    types: [],
    result: 'PreconditionFailed',
  },
  {
    title: 'a screen that can not be read any more gets nothing',
    reason: 'nobody knows what would take the keys',
    shows: { first: UNREADABLE },
    types: [],
    result: 'PreconditionFailed',
  },
  {
    title: 'a box in which a person has begun to type gets nothing',
    reason: 'the message would be glued to it',
    shows: { first: HALF_TYPED },
    types: [],
    result: 'PreconditionFailed',
  },
  {
    title: 'a text that never shows gets no Enter',
    reason: 'nobody knows where it went',
    shows: { first: IDLE, pasted: IDLE },
    types: ['paste'],
    result: 'Failed',
  },
  {
    title: 'a dialog that opened right after the paste gets no Enter',
    reason: 'Enter would choose its first answer',
    shows: { first: IDLE, pasted: DIALOG },
    types: ['paste'],
    result: 'Failed',
  },
  {
    title: 'a screen that can not be read after the paste gets no Enter',
    reason: 'Enter follows only our own text',
    shows: { first: IDLE, pasted: UNREADABLE },
    types: ['paste'],
    result: 'Failed',
  },
  {
    title: 'a box that is gone after Enter does not count as accepted',
    reason: 'the program may have ended before it read the line',
    shows: { first: IDLE, pasted: DRAFT, entered: GONE },
    types: ['paste', 'Enter'],
    result: 'Done',
    accepted: false,
  },
  {
    title: 'a dialog in place of the box does not count as accepted',
    reason: 'the text may still stand in the box beneath it',
    shows: { first: IDLE, pasted: DRAFT, entered: DIALOG },
    types: ['paste', 'Enter'],
    result: 'Done',
    accepted: false,
  },
  {
    title: 'the text of an earlier attempt is submitted without another paste',
    reason: 'it stands in the box',
    isPasted: true,
    shows: { first: DRAFT, entered: IDLE },
    types: ['Enter'],
    result: 'Done',
    accepted: true,
  },
  {
    title: 'an earlier attempt over which a dialog has opened gets no Enter and is not accepted',
    reason: 'the dialog would take the key',
    isPasted: true,
    shows: { first: DIALOG },
    types: [],
    result: 'Done',
    accepted: false,
  },
  {
    title: 'an earlier attempt whose screen can not be read gets no Enter and is not accepted',
    reason: 'nobody knows what would take the key',
    isPasted: true,
    shows: { first: UNREADABLE },
    types: [],
    result: 'Done',
    accepted: false,
  },
  {
    title: 'a plain program gets paste and Enter',
    reason: 'its screen shows no input, so that there is nothing to wait for',
    backend: 'command',
    shows: { first: 'working\n', pasted: `working\n${TEXT}`, entered: `working\n${TEXT}\n` },
    types: ['paste', 'Enter'],
    result: 'Done',
  },
];

/** A terminal that shows one screen after the other as it is typed into. */
function terminalOf({ shows }: Row): { readonly typed: readonly Input[]; readonly writers: Writers } {
  const typed: Input[] = [];
  const screen = (): string | typeof UNREADABLE => {
    const { first, pasted = first, entered = pasted } = shows;
    return typed.includes('Enter') ? entered : typed.includes('paste') ? pasted : first;
  };
  const capture = async (): Promise<Fact<string>> => {
    const now = screen();
    return typeof now === 'string' ? known(now) : now;
  };
  const paste = async (): Promise<void> => void typed.push('paste');
  const sendKeys = async (): Promise<void> => void typed.push('Enter');
  const clock = { sleep: () => Promise.resolve() };
  // Typing uses these parts only.
  const writers = { tmux: { reader: { capture }, writer: { paste, sendKeys } }, clock } as unknown as Writers;
  return { typed, writers };
}

function messageOf({ backend = 'claude', isPasted = false }: Row): TypeMessage {
  const why = { reason: 'DeliveryDue', message: '1 message for it: one', blast: 'live' } as const;
  const target = { sessionId: '$1', paneId: '%1', panePid: 100 };
  const what = { incarnation: 'inc1', nonce: 'abc1', text: TEXT, backend, waitMarker: 'WAITING-UNTIL:' };
  const how = { proof: 'Screen', isQueued: false } as const;
  return { type: 'TypeMessage', ...why, ...what, ...how, target, isPasted, deliveries: ['one'] };
}

describe('typing a message', () => {
  for (const row of rows) {
    test(row.title, async () => {
      const { typed, writers } = terminalOf(row);
      const { result, facts } = await act('Agent/builder', messageOf(row), writers);
      assert.deepEqual(typed, row.types, row.reason);
      assert.deepEqual(
        { result, accepted: facts.accepted },
        { result: row.result, accepted: row.accepted },
        row.reason,
      );
    });
  }
});
