import type { ObjectKey } from '#api/key.ts';
import type { JsonObject } from '#store/store.ts';

import { usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { readKey, requireReadable } from '../find-objects.ts';
import { written } from '../render-applied.ts';

/** The options of `ccci resume`. */
export type ResumeOptions = { readonly keys: readonly ObjectKey[] };

/** `ccci resume`. */
export const resume = defineCommand<ResumeOptions>({
  summary: 'act on a suspended object again, and let a held agent go on',
  usage: ['resume KIND/NAME...'],
  details: `
Lifts the order of "ccci suspend". An agent that a usage limit or a spent budget holds goes on at once: it is
told to, or started, and a new window of its budget begins. When the limit still stands, it holds again.`,
  flags: {},
  completes: 'Objects',
  examples: [
    { does: 'lift the order of "ccci suspend"', line: 'resume agent/builder' },
    { does: 'go on after a usage limit with usageLimit.resume: Manual', line: 'resume agent/builder' },
  ],
  options(parsed) {
    if (parsed.words.length === 0) throw usageError('an object is missing', 'name one, such as agent/builder');
    return { keys: parsed.words.map(readKey) };
  },
  async run({ keys }, context) {
    const { changeOrders, newOrderOnce, refuseAgents, withoutOrder } = await import('../give-order.ts');
    const { pokeController } = await import('../ask-controller.ts');
    await refuseAgents(context);
    const store = await context.openStore();
    for (const key of keys) {
      const { spec, status } = await requireReadable(key, store);
      const order = key.startsWith('Agent/') ? { resume: newOrderOnce(context, {}) } : {};
      const before = await changeOrders(key, store, (orders) => ({ ...withoutOrder(orders, 'suspend'), ...order }));
      const isLifted = before['suspend'] !== undefined || isHeld(status);
      context.terminal.out(`${written(key)} ${isLifted ? 'resumed' : 'was not suspended'}\n`);
      if (spec['suspend'] === true)
        context.terminal.err(`warning: the manifest of ${written(key)} says suspend: true, which still holds\n`);
    }
    await pokeController(context, keys);
    return EXIT.ok;
  },
});

function isHeld(status: JsonObject | undefined): boolean {
  const spending = status?.['spending'] as JsonObject | undefined;
  return status?.['usageLimit'] !== undefined || spending?.['spentSince'] !== undefined;
}
