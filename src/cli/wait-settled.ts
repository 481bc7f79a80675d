import { formatSpan } from '#api/time.ts';
import { isUnreadable } from '#store/store.ts';

import { conditionOf, standingOf } from './conditions-of.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { printable } from './printable.ts';
import { written } from './render-applied.ts';
import { until } from './until.ts';

/** Waits until all of these are settled: Ready, at rest as wanted, or in the hands of agents. Says what is not when the time is over. */
export async function waitSettled(keys: readonly string[], timeoutMs: number, context: Context): Promise<ExitCode> {
  const store = await context.openStore();
  let open: readonly string[] = [];
  const settled = await until(
    store,
    async () => {
      const lines = await Promise.all(keys.map(async (key) => openLine(key, await store.get(key))));
      open = lines.filter((line) => line !== undefined);
      return open.length === 0 ? true : undefined;
    },
    { timeoutMs },
  );
  if (settled === true) return EXIT.ok;
  for (const line of open) context.terminal.err(`${line}\n`);
  context.terminal.err(`error: not everything was settled after ${formatSpan(timeoutMs)}\n`);
  return EXIT.timedOut;
}

type Found = Awaited<ReturnType<Awaited<ReturnType<Context['openStore']>>['get']>>;

function openLine(key: string, object: Found): string | undefined {
  if (object === undefined) return `${written(key)}: it is gone`;
  if (isUnreadable(object)) return `${written(key)}: ${object.unreadable}`;
  if (standingOf(object) === 'Settled') return undefined;
  const ready = conditionOf(object, 'Ready');
  return printable(
    `${written(key)}: ${ready === undefined ? 'not looked at yet' : `${ready.reason}: ${ready.message}`}`,
  );
}
