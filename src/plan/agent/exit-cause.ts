import type { Reason } from '#api/reasons.ts';
import type { ScreenState } from '#backends/screen-state.ts';
import type { PaneView } from '#drivers/tmux/tmux.ts';

import type { AgentCase } from './agent-case.ts';
import { lastWords } from './last-words.ts';

/** Why there is no live process, in one word and one sentence. */
export type ExitCause = { readonly reason: Reason; readonly message: string };

/** What the kernel and tmux say about the end of the last incarnation; undefined when there never was one. */
export function exitCause(at: AgentCase): ExitCause | undefined {
  const pane = at.seen.pane?.ownership === 'Named' ? undefined : at.seen.pane?.pane;
  if (pane === undefined) {
    if (at.agent.status?.incarnation === undefined) return undefined;
    return { reason: 'SessionGone', message: 'its tmux session is gone' };
  }
  return causeByWords(at) ?? causeByKernel(pane);
}

function causeByWords(at: AgentCase): ExitCause | undefined {
  const words = lastWords(at);
  if (words?.state === 'Fatal' && words.cause === 'SessionMissing')
    return {
      reason: 'ConversationGone',
      message: 'the conversation that it was to resume is gone; it begins a fresh one',
    };
  const message = 'its program could not reach its provider and ended';
  return isOffline(at, words) ? { reason: 'ConnectionLost', message } : undefined;
}

function causeByKernel(pane: PaneView): ExitCause {
  if (pane.deadSignal !== undefined)
    return { reason: 'ProcessExited', message: `its process was ended by signal ${String(pane.deadSignal)}` };
  if (pane.deadStatus === 127)
    return { reason: 'ProcessExited', message: 'its program was not found (status 127); look at PATH and backend' };
  if (pane.deadStatus !== undefined)
    return { reason: 'ProcessExited', message: `its process exited with status ${String(pane.deadStatus)}` };
  return { reason: 'ProcessGone', message: 'its process is gone' };
}

// A program that ends by itself after it could not reach its provider has no other fault.
function isOffline(at: AgentCase, words: ScreenState | undefined): boolean {
  if (words?.state === 'Fatal') return words.cause === 'Connectivity';
  const { status } = at.agent;
  const hasFailed = (at.seen.pane?.pane.deadStatus ?? 0) !== 0;
  return hasFailed && status?.state?.name === 'ApiError' && status.state.cause === 'Connectivity';
}
