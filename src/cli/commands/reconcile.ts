import type { ObjectKey } from '#api/key.ts';

import { usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { readKey } from '../find-objects.ts';
import { WHY_FLAG } from '../order-flags.ts';
import { written } from '../render-applied.ts';

/** The options of `ccci reconcile`. */
export type ReconcileOptions = { readonly keys: readonly ObjectKey[]; readonly why: string | undefined };

/** `ccci reconcile`. */
export const reconcile = defineCommand<ReconcileOptions>({
  summary: 'look at an object now, and not at its next turn',
  usage: ['reconcile KIND/NAME... [--why TEXT]'],
  details: `
A repository is asked for at its remote. What was reported of its history and of files of other agents counts as
seen: HistoryIntact and OwnershipKept are True again until something new is found.`,
  flags: { ...WHY_FLAG },
  completes: 'Objects',
  examples: [{ does: 'ask the remote now', line: 'reconcile repository/cc-ci' }],
  options(parsed) {
    if (parsed.words.length === 0) throw usageError('an object is missing', 'name one, such as repository/cc-ci');
    return { keys: parsed.words.map(readKey), why: parsed.text('why') };
  },
  async run({ keys, why }, context) {
    const { changeOrders, newOrderOnce, refuseAgents } = await import('../give-order.ts');
    const { pokeController } = await import('../ask-controller.ts');
    await refuseAgents(context);
    const store = await context.openStore();
    for (const key of keys) {
      await changeOrders(key, store, (orders) => ({ ...orders, reconcile: newOrderOnce(context, { why }) }));
      context.terminal.out(`${written(key)} is looked at now\n`);
    }
    await pokeController(context, keys);
    return EXIT.ok;
  },
});
