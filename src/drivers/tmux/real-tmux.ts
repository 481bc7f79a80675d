import { createTmuxCall, type TmuxTarget } from './tmux-call.ts';
import { createTmuxReader } from './tmux-reader.ts';
import { createTmuxWatcher } from './tmux-watcher.ts';
import { createTmuxWriter } from './tmux-writer.ts';
import type { TmuxReader, TmuxWatcher, TmuxWriter } from './tmux.ts';

/** Which tmux server, and under which name its watcher waits: `channel` must be unique per rig on that server. */
export type TmuxOptions = TmuxTarget & { readonly channel?: string | undefined };

/**
 * One real tmux server, which need not run yet. Every client, and so a server that `createSession` starts, gets exactly
 * the environment that is handed in: it must hold PATH (tmux itself is looked up there) and HOME, and not TMUX, which would lead to another server.
 */
export function createTmux(options: TmuxOptions): {
  readonly reader: TmuxReader;
  readonly writer: TmuxWriter;
  readonly watcher: TmuxWatcher;
} {
  const call = createTmuxCall(options);
  const reader = createTmuxReader(call);
  const { watcher, nudge } = createTmuxWatcher(call, options.channel ?? 'default');
  return { reader, writer: createTmuxWriter(call, reader, nudge), watcher };
}
