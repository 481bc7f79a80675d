import type { ObjectKey } from '#api/key.ts';

import { usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { readKey, requireReadable } from '../find-objects.ts';
import { written } from '../render-applied.ts';

/** The options of `ccci resume`. */
export type ResumeOptions = { readonly keys: readonly ObjectKey[] };

/** `ccci resume`. */
export const resume = defineCommand<ResumeOptions>({
  summary: 'act on a suspended object again',
  usage: ['resume KIND/NAME...'],
  flags: {},
  completes: 'Objects',
  examples: [{ does: 'lift the order of "ccci suspend"', line: 'resume agent/builder' }],
  options(parsed) {
    if (parsed.words.length === 0) throw usageError('an object is missing', 'name one, such as agent/builder');
    return { keys: parsed.words.map(readKey) };
  },
  async run({ keys }, context) {
    const { changeOrders, refuseAgents, withoutOrder } = await import('../give-order.ts');
    const { pokeController } = await import('../ask-controller.ts');
    await refuseAgents(context);
    const store = await context.openStore();
    for (const key of keys) {
      const before = await changeOrders(key, store, (orders) => withoutOrder(orders, 'suspend'));
      context.terminal.out(`${written(key)} ${before['suspend'] === undefined ? 'was not suspended' : 'resumed'}\n`);
      const { spec } = await requireReadable(key, store);
      if (spec['suspend'] === true)
        context.terminal.err(`warning: the manifest of ${written(key)} says suspend: true, which still holds\n`);
    }
    await pokeController(context, keys);
    return EXIT.ok;
  },
});
