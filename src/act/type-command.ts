import { PreconditionFailed } from '#api/errors.ts';
import type { ScreenState } from '#backends/screen-state.ts';
import { backendOf } from '#backends/registry.ts';
import type { TypeCommand } from '#plan/action.ts';

import type { OutcomeFacts } from './outcome.ts';
import type { Writers } from './writers.ts';

const LOOK_MS = 20;
const LOOKS = 50;

/**
 * Types a command of the program itself, such as `/compact`: only into an input that is open and empty, with Enter in a
 * call of its own, and only while nothing but the command stands there.
 */
export async function typeCommand(action: TypeCommand, writers: Writers): Promise<OutcomeFacts> {
  const { target, text } = action;
  if ((await read(action, writers))?.box !== 'Empty')
    throw new PreconditionFailed('the input is not open and empty any more; nothing was typed');
  await writers.tmux.writer.paste(target, text);
  if (!(await becomes(action, writers, (state) => state.box === 'Draft' && state.draft?.trim() === text)))
    throw new Error(`"${text}" was typed, but its input does not show just that; Enter was not pressed`);
  await writers.tmux.writer.sendKeys(target, backendOf(action.backend).submitKeys);
  return { accepted: await becomes(action, writers, (state) => state.draft?.trim() !== text) };
}

async function becomes(
  action: TypeCommand,
  writers: Writers,
  holds: (state: ScreenState) => boolean,
): Promise<boolean> {
  for (let look = 0; look < LOOKS; look += 1) {
    const state = await read(action, writers);
    if (state !== undefined && holds(state)) return true;
    await writers.clock.sleep(LOOK_MS);
  }
  return false;
}

async function read({ target, backend, waitMarker }: TypeCommand, { tmux }: Writers): Promise<ScreenState | undefined> {
  const screen = await tmux.reader.capture(target.paneId);
  return screen.state === 'known' ? backendOf(backend).classify(screen.value, { waitMarker }) : undefined;
}
