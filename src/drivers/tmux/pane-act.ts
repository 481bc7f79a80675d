import { PreconditionFailed } from '#api/errors.ts';
import { TmuxError, type TmuxCall } from './tmux-call.ts';
import type { PanePrecondition } from './tmux.ts';

/** What to do to a pane that is still the one that was seen. */
export type PaneAct = {
  /** For messages: "paste text", "end the session". */
  readonly what: string;
  /** tmux commands, quoted, of which one prints `done`. */
  readonly commands: readonly string[];
  /** True when a dead pane fails the precondition: it would swallow what it is sent. */
  readonly needsLive?: boolean;
  /** Text to be loaded into that paste buffer first, over stdin; deleted again when the precondition fails. */
  readonly buffer?: { readonly name: string; readonly text: string };
};

/**
 * Checks the precondition and acts in one call of the server (`if-shell -F`). Throws `PreconditionFailed` when the pane
 * is not that one any more, `TmuxError` when tmux did not answer or refused.
 */
export async function paneAct(call: TmuxCall, target: PanePrecondition, act: PaneAct): Promise<void> {
  const otherwise = ['display-message -p mismatch', ...(act.buffer ? [`delete-buffer -b ${act.buffer.name}`] : [])];
  const guarded = [
    ...['if-shell', '-F', '-t', target.paneId, condition(target, act.needsLive === true)],
    ...[act.commands.join(' ; '), otherwise.join(' ; ')],
  ];
  const load = act.buffer ? [['load-buffer', '-b', act.buffer.name, '-']] : [];
  const answer = await call([...load, guarded], act.buffer ? { input: act.buffer.text } : {});
  const printed = answer.stdout.toString('utf8').trim();
  if (printed === 'done') return;
  const what = `could not ${act.what} in pane ${target.paneId} of session ${target.sessionId}`;
  if (printed === 'mismatch') {
    throw new PreconditionFailed(`${what}: the pane is gone, dead or runs another process than ${target.panePid}`);
  }
  if (answer.outcome === 'NoServer') throw new PreconditionFailed(`${what}: the tmux server is gone`);
  const outcome = answer.outcome === 'Done' ? 'Refused' : answer.outcome;
  throw new TmuxError(outcome, `${what}: ${answer.message || 'tmux answered without a word'}`);
}

function condition({ sessionId, panePid }: PanePrecondition, needsLive: boolean): string {
  const same = `#{&&:#{==:#{session_id},${sessionId}},#{==:#{pane_pid},${panePid}}}`;
  return needsLive ? `#{&&:#{==:#{pane_dead},0},${same}}` : same;
}
