import { backendOf } from '#backends/registry.ts';
import type { TypeMessage } from '#plan/action.ts';

import type { OutcomeFacts } from './outcome.ts';
import type { Writers } from './writers.ts';

const LOOK_MS = 20;
const LOOKS_FOR_TEXT = 50;
const LOOKS_FOR_ACCEPTANCE = 40;

/**
 * Pastes the message, waits until it is on the screen, presses Enter in a call of its own (in the same call the CLIs
 * take it for a newline), and looks whether the text left the input box.
 */
export async function typeMessage(action: TypeMessage, writers: Writers): Promise<OutcomeFacts> {
  const { tmux } = writers;
  const backend = backendOf(action.backend);
  if (!action.isPasted) {
    await tmux.writer.paste(action.target, action.text);
    await waitFor(writers, action, { looks: LOOKS_FOR_TEXT, holds: (screen) => isShown(screen, action.nonce) });
  }
  if (!action.isPasted || (await isStillInBox(action, writers)))
    await tmux.writer.sendKeys(action.target, backend.submitKeys);
  if (backend.acceptance === 'None') return {};
  const accepted = await waitFor(writers, action, {
    looks: LOOKS_FOR_ACCEPTANCE,
    holds: (screen) => !isInBox(screen, action),
  });
  return { accepted };
}

async function isStillInBox(action: TypeMessage, { tmux }: Writers): Promise<boolean> {
  const screen = await tmux.reader.capture(action.target.paneId);
  return screen.state !== 'known' || backendOf(action.backend).acceptance === 'None' || isInBox(screen.value, action);
}

function isInBox(screen: string, action: TypeMessage): boolean {
  const state = backendOf(action.backend).classify(screen, { waitMarker: action.waitMarker });
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
