import type { AgentObject } from '#api/agent.ts';
import type { Fact } from '#api/fact.ts';
import type { PaneView, TmuxView } from '#drivers/tmux/tmux.ts';

/**
 * Remembers what each agent's panes looked like, and says whose have changed. tmux only tells that something happened:
 * without this one death would make the controller look at the whole crew, and the dead one would wait for its turn.
 */
export class PaneChanges {
  #before: ReadonlyMap<string, string> = new Map();

  /** The agents for whom this view differs from the one before; all that were not known then. */
  take<A extends Pick<AgentObject, 'metadata' | 'spec'>>(view: Fact<TmuxView>, agents: readonly A[]): readonly A[] {
    const now = new Map(agents.map((agent) => [agent.metadata.name, imprint(view, agent)]));
    const before = this.#before;
    this.#before = now;
    return agents.filter(({ metadata: { name } }) => now.get(name) !== before.get(name));
  }
}

// A pane without a mark can be anybody's: only its process knows whose it is.
function imprint(view: Fact<TmuxView>, { metadata, spec }: Pick<AgentObject, 'metadata' | 'spec'>): string {
  if (view.state !== 'known') return view.state;
  const { serverPid, panes } = view.value;
  const own = panes.filter(
    ({ marks, sessionName }) =>
      marks['rig'] === undefined || marks['agent'] === metadata.name || sessionName === spec.session,
  );
  return JSON.stringify([serverPid, ...own.map(traits)]);
}

function traits({ marks, attachedClients: _attached, inMode: _mode, ...pane }: PaneView): object {
  return { ...pane, marks: [marks['rig'], marks['agent'], marks['incarnation']] };
}
