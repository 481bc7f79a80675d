import type { AgentObject } from '#api/agent.ts';
import type { Fact } from '#api/fact.ts';
import type { ProcessReader } from '#drivers/process/process.ts';
import type { PaneView, TmuxView } from '#drivers/tmux/tmux.ts';

import type { PaneClaim } from './observation.ts';
import type { Rig } from './rig.ts';

/** Which pane is this agent's, and which more carry its mark. */
export type FoundPane = { readonly pane?: PaneClaim; readonly duplicates: readonly PaneView[] };

/** Finds the agent's pane: by mark, else by the environment of its process, else by name only. Names decide nothing where a mark speaks. */
export async function findPane(
  agent: AgentObject,
  tmux: Fact<TmuxView>,
  { rig, processes }: { rig: Rig; processes: ProcessReader },
): Promise<FoundPane> {
  if (tmux.state !== 'known') return { duplicates: [] };
  const { panes } = tmux.value;
  const marked = panes.filter(({ marks }) => marks['rig'] === rig.id && marks['agent'] === agent.metadata.name);
  // A dead pane beside a live one is a leftover of a start that was cut off: the live one is the agent.
  const [own, ...more] = marked.toSorted((a, b) => Number(a.dead) - Number(b.dead));
  if (own !== undefined)
    return { pane: { pane: own, ownership: 'Ours' }, duplicates: more.filter(({ dead }) => !dead) };
  const unmarked = panes.filter(({ marks }) => marks['rig'] === undefined);
  const named = unmarked.find(({ sessionName }) => sessionName === agent.spec.session);
  for (const pane of named === undefined ? unmarked : [named, ...unmarked.filter((one) => one !== named)]) {
    if (await isLaunchedByUs(pane, agent, { rig, processes }))
      return { pane: { pane, ownership: 'OursUnmarked' }, duplicates: [] };
  }
  const taken = named ?? panes.find(({ sessionName }) => sessionName === agent.spec.session);
  return taken === undefined ? { duplicates: [] } : { pane: { pane: taken, ownership: 'Named' }, duplicates: [] };
}

async function isLaunchedByUs(
  pane: PaneView,
  agent: AgentObject,
  { rig, processes }: { rig: Rig; processes: ProcessReader },
): Promise<boolean> {
  const process = await processes.read(pane.panePid);
  if (process.state !== 'known') return false;
  const { env } = process.value;
  return env['CCCI_RIG'] === rig.id && env['CCCI_AGENT'] === agent.metadata.name;
}
