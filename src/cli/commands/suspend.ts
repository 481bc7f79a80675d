import type { ObjectKey } from '#api/key.ts';

import { usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { readKey } from '../find-objects.ts';
import { endOf, UNTIL_FLAG, untilOption, WHY_FLAG, type Until } from '../order-flags.ts';
import { written } from '../render-applied.ts';

/** The options of `ccci suspend`. */
export type SuspendOptions = {
  readonly keys: readonly ObjectKey[];
  readonly why: string | undefined;
  readonly until: Until | undefined;
};

/** `ccci suspend`. */
export const suspend = defineCommand<SuspendOptions>({
  summary: 'observe and show an object, but do not act on it',
  usage: ['suspend KIND/NAME... [--why TEXT] [--until TIME]'],
  details: `
The order survives apply and restarts; only "ccci resume" or its --until lifts it. A live session goes on.`,
  flags: { ...WHY_FLAG, ...UNTIL_FLAG },
  completes: 'Objects',
  examples: [
    { does: 'leave an agent alone while a person looks at it', line: 'suspend agent/builder --why "debugging"' },
    { does: 'for two hours', line: 'suspend vm/cc-nix-test --until 2h' },
  ],
  options(parsed) {
    if (parsed.words.length === 0) throw usageError('an object is missing', 'name one, such as agent/builder');
    return { keys: parsed.words.map(readKey), why: parsed.text('why'), until: untilOption(parsed) };
  },
  async run({ keys, why, until }, context) {
    const { changeOrders, newOrder, refuseAgents } = await import('../give-order.ts');
    const { pokeController } = await import('../ask-controller.ts');
    await refuseAgents(context);
    const store = await context.openStore();
    const order = newOrder(context, { why, until: endOf(until, context.now()) });
    for (const key of keys) {
      await changeOrders(key, store, (orders) => ({ ...orders, suspend: order }));
      context.terminal.out(`${written(key)} suspended\n`);
    }
    await pokeController(context, keys);
    return EXIT.ok;
  },
});
