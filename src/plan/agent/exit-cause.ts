import type { Reason } from '#api/reasons.ts';

import type { AgentCase } from './agent-case.ts';

/** Why there is no live process, in one word and one sentence. */
export type ExitCause = { readonly reason: Reason; readonly message: string };

/** What the kernel and tmux say about the end of the last incarnation; undefined when there never was one. */
export function exitCause(at: AgentCase): ExitCause | undefined {
  const pane = at.seen.pane?.ownership === 'Named' ? undefined : at.seen.pane?.pane;
  if (pane === undefined) {
    if (at.agent.status?.incarnation === undefined) return undefined;
    return { reason: 'SessionGone', message: 'its tmux session is gone' };
  }
  if (pane.deadSignal !== undefined)
    return { reason: 'ProcessExited', message: `its process was ended by signal ${String(pane.deadSignal)}` };
  if (pane.deadStatus === 127)
    return { reason: 'ProcessExited', message: 'its program was not found (status 127); look at PATH and backend' };
  if (pane.deadStatus !== undefined)
    return { reason: 'ProcessExited', message: `its process exited with status ${String(pane.deadStatus)}` };
  return { reason: 'ProcessGone', message: 'its process is gone' };
}
