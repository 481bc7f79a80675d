import type { Fact } from '#api/fact.ts';
import { controlSocketPath } from '#controller/control-path.ts';
import type { Json } from '#drivers/socket/control-socket.ts';

import type { Context } from './context.ts';

const TIMEOUT_MS = 30_000;

/** Asks the controller of the state directory. `absent`: none runs. */
export async function askController(
  { settings }: Pick<Context, 'settings'>,
  request: Json,
  timeoutMs: number = TIMEOUT_MS,
): Promise<Fact<Json>> {
  const { createControlSocket } = await import('#drivers/socket/real-control-socket.ts');
  return createControlSocket().ask(controlSocketPath(settings.stateDir), request, timeoutMs);
}

/** The pid of the running controller; undefined when there is none, and the reason when it can not be told. */
export async function findController(context: Pick<Context, 'settings'>): Promise<Fact<number>> {
  const answer = await askController(context, { ask: 'ping' }, 2000);
  if (answer.state !== 'known') return answer;
  const { pid } = answer.value as { pid?: unknown };
  return { state: 'known', value: Number(pid) };
}

/** Tells the controller to look at these keys now; says on stderr when nobody is there who could. */
export async function pokeController(
  context: Pick<Context, 'settings' | 'terminal'>,
  keys: readonly string[],
): Promise<void> {
  const answer = await askController(context, { ask: 'enqueue', keys }, 2000);
  if (answer.state === 'known') return;
  const why =
    answer.state === 'absent'
      ? `no controller runs on "${context.settings.stateDir}": nothing happens until "ccci run" does`
      : `the controller could not be told: ${answer.message}; it finds out by itself`;
  context.terminal.err(`warning: ${why}\n`);
}
