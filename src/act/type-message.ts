import { PreconditionFailed } from '#api/errors.ts';
import type { ScreenState } from '#backends/screen-state.ts';
import { backendOf } from '#backends/registry.ts';
import type { TypeMessage } from '#plan/action.ts';

import type { OutcomeFacts } from './outcome.ts';
import type { Writers } from './writers.ts';

const LOOK_MS = 20;
const LOOKS_FOR_TEXT = 50;
const LOOKS_FOR_ACCEPTANCE = 40;

/**
 * Pastes the message, waits until it is on the screen, presses Enter in a call of its own (in the same call the CLIs
 * take it for a newline), and looks whether the text left the input box. Nothing is typed into an input that is not
 * open, and Enter is pressed only after our own text: in a dialog it would choose for a person.
 */
export async function typeMessage(action: TypeMessage, writers: Writers): Promise<OutcomeFacts> {
  const backend = backendOf(action.backend);
  const isSeen = backend.acceptance === 'Screen';
  if (!action.isPasted) await paste(action, writers, isSeen);
  const isThere = isSeen ? await isStillInBox(action, writers) : true;
  if (isThere) await writers.tmux.writer.sendKeys(action.target, backend.submitKeys);
  if (!isSeen) return {};
  const accepted = await waitFor(writers, action, {
    looks: LOOKS_FOR_ACCEPTANCE,
    holds: (screen) => isAccepted(screen, action),
  });
  return { accepted };
}

async function paste(action: TypeMessage, writers: Writers, isSeen: boolean): Promise<void> {
  const before = await writers.tmux.reader.capture(action.target.paneId);
  const box = before.state === 'known' ? classify(before.value, action).box : 'Unknown';
  if (isSeen && box !== 'Empty')
    throw new PreconditionFailed('the input is not open and empty any more; nothing was typed');
  await writers.tmux.writer.paste(action.target, action.text);
  const holds = (screen: string) => (isSeen ? isInBox(screen, action) : isShown(screen, action.nonce));
  const isThere = await waitFor(writers, action, { looks: LOOKS_FOR_TEXT, holds });
  if (isSeen && !isThere) throw new Error('the text was pasted, but its input does not show it; Enter was not pressed');
}

async function isStillInBox(action: TypeMessage, { tmux }: Writers): Promise<boolean> {
  const screen = await tmux.reader.capture(action.target.paneId);
  return screen.state === 'known' && isInBox(screen.value, action);
}

// A box that is gone or can not be read proves nothing; an open and empty one, or our text above it, does.
function isAccepted(screen: string, action: TypeMessage): boolean {
  const isShownAbove = backendOf(action.backend).showsAccepted(screen, action.text);
  return isShownAbove || classify(screen, action).box === 'Empty';
}

function classify(screen: string, action: TypeMessage): ScreenState {
  return backendOf(action.backend).classify(screen, { waitMarker: action.waitMarker });
}

function isInBox(screen: string, action: TypeMessage): boolean {
  const state = classify(screen, action);
  if (state.box !== 'Draft') return false;
  // A long paste is folded to a placeholder by some CLIs: any draft right after our paste is ours.
  return isShown(state.draft ?? '', action.nonce) || (state.draft ?? '').includes('Pasted text');
}

// A terminal wraps lines where it likes: white space does not count.
function isShown(screen: string, nonce: string): boolean {
  const text = screen.replaceAll(/\s+/g, '');
  return text.includes(`[ccci${nonce}]`) || text.includes('[Pastedtext');
}

type Wait = { readonly looks: number; readonly holds: (screen: string) => boolean };

async function waitFor(writers: Writers, action: TypeMessage, { looks, holds }: Wait): Promise<boolean> {
  for (let look = 0; look < looks; look += 1) {
    const screen = await writers.tmux.reader.capture(action.target.paneId);
    if (screen.state === 'known' && holds(screen.value)) return true;
    await writers.clock.sleep(LOOK_MS);
  }
  return false;
}
