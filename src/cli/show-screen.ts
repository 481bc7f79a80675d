import { setTimeout as sleep } from 'node:timers/promises';

import type { ObjectKey } from '#api/key.ts';
import type { JsonObject, StoredObject } from '#store/store.ts';

import { CliError } from './cli-error.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { findSession, type AgentSession } from './find-session.ts';
import { freshLines } from './fresh-lines.ts';
import { printableLines } from './printable.ts';

const LOOK_MS = 500;

/** Which agent, how many lines, and whether to go on. */
export type ScreenRequest = { readonly key: ObjectKey; readonly lines: number; readonly follow: boolean };

/** Prints what an agent's screen and its history show; of one without a session, its last screen. */
export async function showScreen({ key, lines, follow }: ScreenRequest, context: Context): Promise<ExitCode> {
  const { terminal } = context;
  const session = await findSession(key, context);
  const shown = await capture(session);
  if (shown === undefined) {
    const last = lastScreen(session.agent);
    if (last === undefined) throw notRunning(session);
    terminal.err(`note: ${session.agent.metadata.name} has no session; this is its last screen\n`);
    terminal.out(`${printableLines(last.split('\n').slice(-lines).join('\n'))}\n`);
    return EXIT.ok;
  }
  terminal.out(`${printableLines(shown.slice(-lines).join('\n'))}\n`);
  if (follow) await followScreen(shown, session, context);
  return EXIT.ok;
}

async function capture({ pane, tmux }: AgentSession): Promise<readonly string[] | undefined> {
  if (pane.state !== 'known') return undefined;
  const text = await tmux.capture(pane.value.paneId, { history: true });
  return text.state === 'known' ? text.value.split('\n') : undefined;
}

function lastScreen({ status }: StoredObject): string | undefined {
  const screen = ((status?.['lastExit'] ?? {}) as JsonObject)['screen'];
  return typeof screen === 'string' && screen !== '' ? screen : undefined;
}

function notRunning({ agent, pane }: AgentSession): CliError {
  const name = agent.metadata.name;
  if (pane.state === 'unknown') return new CliError(`could not look at tmux: ${pane.message}`, { code: EXIT.unknown });
  return new CliError(`${name} has no session, and no last screen is kept`, {
    hint: `"ccci describe agent/${name}" tells why it does not run`,
  });
}

async function followScreen(before: readonly string[], session: AgentSession, context: Context): Promise<void> {
  const ended = new AbortController();
  context.onInterrupt(() => ended.abort());
  let shown = before;
  while (!ended.signal.aborted) {
    await sleep(LOOK_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    const now = await capture(session);
    if (now === undefined) return;
    const fresh = freshLines(shown, now);
    if (fresh.length > 0) context.terminal.out(`${printableLines(fresh.join('\n'))}\n`);
    shown = now;
  }
}
