import type { Fact } from '#api/fact.ts';
import type { ObjectKey } from '#api/key.ts';
import { rigIdOf } from '#controller/rig-id.ts';
import type { PaneView, TmuxReader } from '#drivers/tmux/tmux.ts';
import type { JsonObject, StoredObject } from '#store/store.ts';

import type { Context } from './context.ts';
import { requireReadable } from './find-objects.ts';

/** An agent, its pane as tmux shows it now, and how to read more of it. */
export type AgentSession = {
  readonly agent: StoredObject;
  readonly pane: Fact<PaneView>;
  readonly tmux: TmuxReader;
};

/** Looks for the live session of an agent: by its mark, or by the ids in its status. */
export async function findSession(key: ObjectKey, context: Context): Promise<AgentSession> {
  const agent = await requireReadable(key, await context.openStore());
  const { createTmux } = await import('#drivers/tmux/real-tmux.ts');
  const { tmuxSocket, stateDir } = context.settings;
  const { reader: tmux } = createTmux({
    socket: tmuxSocket === undefined ? undefined : { path: tmuxSocket },
    environment: plainEnvironment(context.environment),
  });
  const view = await tmux.view();
  if (view.state !== 'known') return { agent, pane: view, tmux };
  const rig = rigIdOf(stateDir);
  const pane = view.value.panes.find((one) => isOwn(one, agent, rig));
  return { agent, pane: pane === undefined ? { state: 'absent' } : { state: 'known', value: pane }, tmux };
}

function isOwn({ marks, paneId, panePid }: PaneView, { metadata, status }: StoredObject, rig: string): boolean {
  if (marks['rig'] === rig && marks['agent'] === metadata.name) return true;
  const session = (status?.['session'] ?? {}) as JsonObject;
  return session['paneId'] === paneId && session['panePid'] === panePid;
}

// What a tmux client needs; a session that this command runs in must not be taken for the one that is asked about.
function plainEnvironment(environment: Context['environment']): Record<string, string> {
  const names = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TERM', 'TMUX_TMPDIR', 'TMPDIR', 'XDG_RUNTIME_DIR'];
  return Object.fromEntries(
    names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
}
