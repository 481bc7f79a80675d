import { PreconditionFailed } from '#api/errors.ts';
import { backendOf } from '#backends/registry.ts';
import type { AnswerDialog } from '#plan/action.ts';

import type { OutcomeFacts } from './outcome.ts';
import type { Writers } from './writers.ts';

const LOOK_MS = 50;
const LOOKS = 20;
/** More options than any dialog has. */
const MAX_MOVES = 9;

/**
 * Answers one dialog. Before each key the screen is read again, and the key is pressed only while that dialog shows: in
 * another one it would choose something for a person. Where the answer is an option, the selection is moved until that
 * option is the selected one; only then Enter is pressed. Throws `PreconditionFailed` when another screen shows.
 */
export async function answerDialog(action: AnswerDialog, writers: Writers): Promise<OutcomeFacts> {
  const choice = backendOf(action.backend).answers?.[action.dialog]?.[action.answer];
  if (choice === undefined)
    throw new Error(`no answer ${action.answer} to dialog ${action.dialog} is known; nothing was pressed`);
  if ('option' in choice) await select(action, choice.option, writers);
  await showing(action, writers);
  await writers.tmux.writer.sendKeys(action.target, ['option' in choice ? 'Enter' : choice.key]);
  for (let look = 0; look < LOOKS; look += 1) {
    if (!(await isShowing(action, writers))) return { accepted: true };
    await writers.clock.sleep(LOOK_MS);
  }
  return { accepted: false };
}

async function select(action: AnswerDialog, option: RegExp, writers: Writers): Promise<void> {
  for (let move = 0; move < MAX_MOVES; move += 1) {
    const before = await showing(action, writers);
    if (option.test(before)) return;
    await writers.tmux.writer.sendKeys(action.target, ['Down']);
    await changed(action, before, writers);
  }
  throw new PreconditionFailed(
    `dialog ${action.dialog} does not offer the answer ${action.answer}; nothing was chosen`,
  );
}

async function changed(action: AnswerDialog, before: string, writers: Writers): Promise<void> {
  for (let look = 0; look < LOOKS; look += 1) {
    const screen = await writers.tmux.reader.capture(action.target.paneId);
    if (screen.state === 'known' && screen.value !== before) return;
    await writers.clock.sleep(LOOK_MS);
  }
}

async function showing(action: AnswerDialog, writers: Writers): Promise<string> {
  const screen = await writers.tmux.reader.capture(action.target.paneId);
  if (screen.state === 'known' && isDialog(action, screen.value)) return screen.value;
  throw new PreconditionFailed(`dialog ${action.dialog} is not on the screen any more; no key was pressed`);
}

// A screen that can not be read shows nothing that could be answered, but proves no answer either.
async function isShowing(action: AnswerDialog, { tmux }: Writers): Promise<boolean> {
  const screen = await tmux.reader.capture(action.target.paneId);
  return screen.state !== 'known' || isDialog(action, screen.value);
}

function isDialog(action: AnswerDialog, screen: string): boolean {
  const { dialog, box } = backendOf(action.backend).classify(screen, { waitMarker: action.waitMarker });
  return box !== 'Empty' && box !== 'Draft' && dialog === action.dialog;
}
