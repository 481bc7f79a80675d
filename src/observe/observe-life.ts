import type { AgentObject } from '#api/agent.ts';
import { ABSENT, type Fact } from '#api/fact.ts';
import type { ProcessView } from '#drivers/process/process.ts';
import type { PaneView, TmuxView } from '#drivers/tmux/tmux.ts';

import { findPane, type FoundPane } from './find-pane.ts';
import type { Look } from './readers.ts';

/** Where an agent is and whether it lives: what tmux shows, its pane in it, and the process there. */
export type SeenLife = {
  readonly tmux: Fact<TmuxView>;
  readonly found: FoundPane;
  readonly process: Fact<ProcessView>;
};

/**
 * Looks for an agent and its process. The kernel knows of a death before tmux does, and sometimes tmux never learns how
 * the process ended: then the kernel is asked. Where it is too late for that, tmux knows by now and is asked again.
 */
export async function observeLife(agent: AgentObject, look: Look): Promise<SeenLife> {
  const seen = await lookOnce(agent, look);
  const claim = seen.found.pane;
  if (seen.process.state !== 'absent' || claim === undefined || isExplained(claim.pane)) return seen;
  const exit = await look.readers.processes.exitOf(claim.pane.panePid);
  if (exit.state !== 'known') return claim.pane.dead ? seen : lookOnce(agent, look);
  const { value } = exit;
  const end = 'status' in value ? { deadStatus: value.status } : { deadSignal: value.signal };
  return { ...seen, found: { ...seen.found, pane: { ...claim, pane: { ...claim.pane, ...end } } } };
}

function isExplained({ deadStatus, deadSignal }: PaneView): boolean {
  return deadStatus !== undefined || deadSignal !== undefined;
}

async function lookOnce(agent: AgentObject, { readers }: Look): Promise<SeenLife> {
  const tmux = await readers.tmux.view();
  const found = await findPane(agent, tmux, { rig: readers.rig, processes: readers.processes });
  return { tmux, found, process: await observeProcess(found, readers) };
}

async function observeProcess({ pane }: FoundPane, readers: Look['readers']): Promise<Fact<ProcessView>> {
  return pane === undefined || pane.pane.dead ? ABSENT : readers.processes.read(pane.pane.panePid);
}
