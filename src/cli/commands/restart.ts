import type { ObjectKey } from '#api/key.ts';

import { agentKey } from '../agent-word.ts';
import { usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { WHY_FLAG } from '../order-flags.ts';
import { written } from '../render-applied.ts';

/** The options of `ccci restart`. */
export type RestartOptions = { readonly keys: readonly ObjectKey[]; readonly why: string | undefined };

/** `ccci restart`. */
export const restart = defineCommand<RestartOptions>({
  summary: 'start an agent anew, at once',
  usage: ['restart AGENT... [--why TEXT]'],
  details: `
Its session is ended even in the middle of a turn, and started again with its prompt; the prompt tells it
why. The restart budget is not used. An agent that is stopped or suspended stays so.`,
  flags: { ...WHY_FLAG },
  completes: 'Agents',
  examples: [{ does: 'after a change of its settings', line: 'restart builder --why "new credentials"' }],
  options(parsed) {
    if (parsed.words.length === 0) throw usageError('an agent is missing');
    return { keys: parsed.words.map(agentKey), why: parsed.text('why') };
  },
  async run({ keys, why }, context) {
    const { changeOrders, newOrderOnce, refuseAgents } = await import('../give-order.ts');
    const { pokeController } = await import('../ask-controller.ts');
    await refuseAgents(context);
    const store = await context.openStore();
    for (const key of keys) {
      await changeOrders(key, store, (orders) => ({ ...orders, restart: newOrderOnce(context, { why }) }));
      context.terminal.out(`${written(key)} is restarted\n`);
    }
    await pokeController(context, keys);
    return EXIT.ok;
  },
});
