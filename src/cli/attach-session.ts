import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

import { CliError } from './cli-error.ts';
import type { Context } from './context.ts';
import { EXIT } from './exit-code.ts';
import { findSession } from './find-session.ts';
import type { ObjectKey } from '#api/key.ts';

/** The options of `ccci attach`. */
export type AttachOptions = { readonly key: ObjectKey; readonly readOnly: boolean };

/** Turns this process into a tmux client of the agent's session. Refuses when there is none. */
export async function attachSession({ key, readOnly }: AttachOptions, context: Context): Promise<never> {
  const { agent, pane } = await findSession(key, context);
  const { name } = agent.metadata;
  if (pane.state === 'unknown') throw new CliError(`could not look at tmux: ${pane.message}`, { code: EXIT.unknown });
  if (pane.state === 'absent')
    throw new CliError(`${name} has no session to attach to`, { hint: `"ccci explain agent/${name}" tells why` });
  if (!context.terminal.isTerminal)
    throw new CliError('could not attach: this is no terminal', { hint: `"ccci logs ${name}" shows its screen` });
  const { argv, environment } = clientCall(pane.value.sessionId, readOnly, context);
  const program = findTmux(context.environment['PATH'] ?? '');
  // Its warning that this function is new concerns nobody here.
  process.removeAllListeners('warning');
  process.execve?.(program, ['tmux', ...argv], environment);
  throw new CliError('could not attach: this Node can not hand its terminal over', {
    hint: `run: tmux ${argv.join(' ')}`,
  });
}

/** The tmux command line that joins a session; from within the same server the client switches over. */
export function clientCall(
  sessionId: string,
  readOnly: boolean,
  { settings, environment }: Pick<Context, 'settings' | 'environment'>,
): { readonly argv: readonly string[]; readonly environment: Record<string, string> } {
  const { TMUX: inside, ...outside } = environment;
  const isSameServer =
    inside !== undefined && settings.tmuxSocket !== undefined && inside.split(',')[0] === settings.tmuxSocket;
  const socket = settings.tmuxSocket === undefined ? [] : ['-S', settings.tmuxSocket];
  const command = isSameServer ? ['switch-client'] : ['attach-session'];
  const kept = Object.entries(isSameServer ? environment : outside).filter(([, value]) => value !== undefined);
  return {
    argv: ['-u', ...socket, ...command, ...(readOnly ? ['-r'] : []), '-t', sessionId],
    environment: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
  };
}

function findTmux(path: string): string {
  for (const folder of path.split(delimiter)) {
    const program = join(folder, 'tmux');
    try {
      accessSync(program, constants.X_OK);
      return program;
    } catch {
      // Not in this folder.
    }
  }
  throw new CliError('could not find tmux on PATH', { hint: 'install tmux' });
}
